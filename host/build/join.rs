//! Joins the modules of a page into one file, so that a browser has all of it after one round trip, over whatever protocol.
//!
//! Each module stays a scope of its own: it becomes a function that is called once and gives what the module exports. Nothing
//! is renamed or made shorter, so that an error in a browser reads as in `host/web`. What a page loads later, by
//! `import("…")`, becomes a second file, which takes from the first what both need.
//!
//! # Invariants
//! * A module stands after all that it imports, and runs once, as in a browser; modules that import each other in a circle are
//!   refused.

use std::collections::BTreeMap;

use super::module::{self, Module, object};

/// The files of `host/web` by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Modules in the order in which they run.
struct Run<'a> {
    files: &'a Files,
    modules: Vec<(String, Module)>,
    /// Those whose imports are being looked at.
    begun: Vec<String>,
}

/// A page's files by their names: the page itself, and what it loads later.
///
/// # Errors
/// A sentence that names the module that cannot be joined, and why.
pub(crate) fn page(page: &str, files: &Files) -> Result<Vec<(String, String)>, String> {
    let mut run = Run { files, modules: Vec::new(), begun: Vec::new() };
    run.add(&format!("pages/{page}.js"))?;
    let main = format!("{page}.js");
    let late: Vec<(String, String)> = run.modules.iter().flat_map(|(_, module)| module.late.clone()).collect();
    let mut text: String = run.modules.iter().map(|(path, module)| scope(path, module)).collect();
    let count = run.modules.len();
    let mut joined = Vec::new();
    for (named, path) in late {
        let file = format!("{page}.{}", path.rsplit('/').next().unwrap_or(&path));
        text = text.replace(&format!("import(\"{named}\")"), &format!("import(\"./{file}\")"));
        run.add(&path)?;
        joined.push((file, later(&run.modules, count, &main)?));
        run.modules.truncate(count);
    }
    if !joined.is_empty() {
        text += &format!("export {{ {} }};\n", objects(&run.modules));
    }
    joined.push((main, text));
    Ok(joined)
}

impl Run<'_> {
    /// Puts a module after everything that it imports.
    fn add(&mut self, path: &str) -> Result<(), String> {
        if self.modules.iter().any(|(known, _)| known == path) {
            return Ok(());
        }
        if self.begun.iter().any(|begun| begun == path) {
            return Err(format!("host/web/{path} imports itself, by way of {}", self.begun.join(", ")));
        }
        let file = self.files.get(path).ok_or_else(|| format!("host/web/{path} is imported, and is not there"))?;
        let module = module::read(path, &String::from_utf8_lossy(file))?;
        self.begun.push(path.to_owned());
        for from in module.imports.iter().map(|(from, _)| from).chain(&module.passed_on) {
            self.add(from)?;
        }
        self.begun.pop();
        if self.modules.iter().any(|(known, _)| object(known) == object(path)) {
            return Err(format!("host/web/{path}: another module is called {}, too", object(path)));
        }
        self.modules.push((path.to_owned(), module));
        Ok(())
    }
}

/// A module as a function that is called once.
fn scope(path: &str, module: &Module) -> String {
    let imports = module.imports.iter().map(|(from, names)| format!("const {names} = {};\n", object(from)));
    let (imports, exports) = (imports.collect::<String>(), module.exports.join(", "));
    format!("const {} = (() => {{\n{imports}{}return {{ {exports} }};\n}})();\n", object(path), module.body)
}

/// The file of the last module and of what it needs besides the page's own modules, which are the first ones.
fn later(modules: &[(String, Module)], own: usize, main: &str) -> Result<String, String> {
    let (pages, late) = modules.split_at(own);
    let Some((path, last)) = late.last() else { return Err(format!("{main} loads later what it has already")) };
    if let Some((path, _)) = late.iter().find(|(_, module)| !module.late.is_empty()) {
        return Err(format!("host/web/{path}: what comes late loads nothing later"));
    }
    let scopes: String = late.iter().map(|(path, module)| scope(path, module)).collect();
    let exports = last.exports.join(", ");
    Ok(format!(
        "import {{ {} }} from \"./{main}\";\n{scopes}export const {{ {exports} }} = {};\n",
        objects(pages),
        object(path)
    ))
}

fn objects(modules: &[(String, Module)]) -> String {
    modules.iter().map(|(path, _)| object(path)).collect::<Vec<_>>().join(", ")
}
