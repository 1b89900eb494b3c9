//! A module of the pages as it is read: what it needs of others, what it gives to them, and the rest of its text.
//!
//! This is no parser of JavaScript. It knows the few forms of `import` and `export` that `host/web` keeps to, each at the
//! beginning of a line, and the minified ones of what is vendored.
//!
//! # Invariants
//! * A form that it does not know is refused with its file and line: no page is broken silently.
//! * Besides comments nothing of a text is lost. What others have written keeps its comments, for their licence is in one.

/// A module, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// What it imports: from which module, and the names it has here, as they stand left of a `=`.
    pub(crate) imports: Vec<(String, String)>,
    /// Modules that it passes something on from.
    pub(crate) passed_on: Vec<String>,
    /// What it exports, as it stands in an object: `name` or `name: value`.
    pub(crate) exports: Vec<String>,
    /// Modules that it loads when they are needed: as they are named in its text, and where they lie.
    pub(crate) late: Vec<(String, String)>,
    /// Its text without the lines that said all of that.
    pub(crate) body: String,
}

/// What a module's object is called in a joined file.
pub(crate) fn object(path: &str) -> String {
    let name = path.trim_end_matches(".js");
    format!("${}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
}

/// Takes a module apart.
///
/// # Errors
/// A sentence that names the file and the line of a form that is not known.
pub(crate) fn read(path: &str, text: &str) -> Result<Module, String> {
    let text = if path.starts_with("vendor/") { minified(text) } else { without_comments(text) };
    let mut module = Module::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let rest = module.take(path, line).ok_or_else(|| format!("host/web/{path}: pages cannot join `{line}`"))?;
        if !rest.is_empty() {
            module.body += &rest;
            module.body.push('\n');
        }
    }
    module.late = late(path, &module.body)?;
    Ok(module)
}

/// Gives what is exported at the end of a minified file a line of its own, and leaves out where its source would be.
fn minified(text: &str) -> String {
    let text = text.lines().filter(|line| !line.starts_with("//# ")).collect::<Vec<_>>().join("\n");
    match text.rsplit_once("export{") {
        Some((body, exports)) => format!("{body}\nexport{{{exports}"),
        None => text,
    }
}

/// A text without its comments, but for those behind code.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/**") {
        out += before;
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out += rest;
    out.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

impl Module {
    /// Takes what a line imports and exports; gives the rest of it. Nothing, where it cannot.
    fn take(&mut self, path: &str, line: &str) -> Option<String> {
        if let Some(statement) = line.strip_prefix("import").filter(|rest| rest.starts_with([' ', '{'])) {
            let (statement, rest) = statement.split_once(';')?;
            self.import(path, statement)?;
            return self.take(path, rest);
        }
        match line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '{'])) {
            Some(rest) => self.export(path, rest.trim_start()),
            None => Some(line.to_owned()),
        }
    }

    /// `name, { a, b as c } from "…"` or `* as name from "…"`.
    fn import(&mut self, path: &str, statement: &str) -> Option<()> {
        let (names, from) = statement.rsplit_once("from")?;
        let (names, from) = (names.trim(), resolved(path, quoted(from)?));
        let pattern = match (names.strip_prefix("* as "), names.split_once('{')) {
            (Some(all), _) => all.trim().to_owned(),
            (None, Some((default, list))) => {
                let default = default.trim().trim_end_matches(',');
                let default = if default.is_empty() { String::new() } else { format!("default: {default}, ") };
                format!("{{ {default}{} }}", pairs(list.trim_end_matches('}')).join(", "))
            }
            (None, None) => format!("{{ default: {names} }}"),
        };
        self.imports.push((from, pattern));
        Some(())
    }

    /// What follows on `export`; gives what stays of the line.
    fn export(&mut self, path: &str, rest: &str) -> Option<String> {
        if let Some(list) = rest.strip_prefix('{') {
            return self.export_list(path, list);
        }
        if let Some(value) = rest.strip_prefix("default ") {
            let name = value.strip_prefix("function ").map(word).filter(|name| !name.is_empty());
            self.exports.push(format!("default: {}", name.unwrap_or("$default")));
            return Some(if name.is_some() { value.to_owned() } else { format!("const $default = {value}") });
        }
        let kinds = ["function ", "async function ", "class ", "const "];
        let name = kinds.iter().find_map(|kind| rest.strip_prefix(kind)).map(word).filter(|name| !name.is_empty())?;
        self.exports.push(name.to_owned());
        Some(rest.to_owned())
    }

    /// `a, b as c };` or `a } from "…";`.
    fn export_list(&mut self, path: &str, list: &str) -> Option<String> {
        let (list, rest) = list.split_once('}')?;
        let (from, rest) = rest.split_once(';')?;
        let source = match from.trim().strip_prefix("from") {
            Some(from) => Some(resolved(path, quoted(from)?)),
            None => None,
        };
        for one in list.split(',').map(str::trim) {
            let (name, public) = one.split_once(" as ").unwrap_or((one, one));
            let value = source.as_ref().map_or(name.to_owned(), |from| format!("{}.{name}", object(from)));
            self.exports.push(format!("{public}: {value}"));
        }
        self.passed_on.extend(source);
        Some(rest.to_owned())
    }
}

/// `a as b, c` as it stands in a pattern: `a: b`, `c`.
fn pairs(list: &str) -> Vec<String> {
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.replacen(" as ", ": ", 1)).collect()
}

/// The modules that a text loads by `import("…")`.
fn late(path: &str, body: &str) -> Result<Vec<(String, String)>, String> {
    let calls = body.split("import(").skip(1);
    calls
        .map(|call| match quoted(call.split(')').next().unwrap_or_default()) {
            Some(named) => Ok((named.to_owned(), resolved(path, named))),
            None => Err(format!("host/web/{path}: pages load modules by `import(\"…\")` only, not `import({call}`")),
        })
        .collect()
}

/// What stands between the quotes of a text that is nothing else.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or_default()
}

/// Where a relative path leads from a module.
fn resolved(module: &str, path: &str) -> String {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
