//! The pages' scripts import each other in one direction, as the files of a crate do.
//!
//! What counts is what a browser follows before it runs anything: lines of `import` and `export … from`. A type that a
//! comment imports is no import then, and what `import("…")` loads comes when its importer runs already.

use super::modules::{Module, knots};
use super::report;
use super::web::scripts;

/// One script imports another.
struct Import {
    /// The path of the one that imports, in parts.
    from: Module,
    /// The path of the one that is imported.
    to: Module,
    /// `path:line`.
    place: String,
}

/// What a line imports, if it does: `import … from "…"`, its last line, or `import "…"` alone.
fn imported(line: &str) -> Option<&str> {
    let is_import = ["import ", "export ", "} from "].iter().any(|begins| line.starts_with(begins));
    let rest = line.split_once(" from \"").map(|(_, rest)| rest).or_else(|| line.strip_prefix("import \""))?;
    rest.split_once('"').map(|(path, _)| path).filter(|_| is_import)
}

/// The path that another one leads to, which begins where the script lies: `../texts.js` from `room/chat.js`.
fn resolved(from: &str, path: &str) -> Module {
    let mut parts: Module = from.split('/').map(str::to_owned).collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            name => parts.push(name.to_owned()),
        }
    }
    parts
}

fn imports(scripts: &[(String, String)]) -> Vec<Import> {
    let mut all = Vec::new();
    for (path, text) in scripts {
        for (at, line) in text.lines().enumerate() {
            if let Some(to) = imported(line).filter(|to| to.starts_with('.')) {
                let from = path.split('/').map(str::to_owned).collect();
                all.push(Import { from, to: resolved(path, to), place: format!("host/web/{path}:{}", at + 1) });
            }
        }
    }
    all
}

/// A complaint about each circle, with the lines that tie it.
fn circles(imports: &[Import]) -> Vec<String> {
    let knots = knots(imports.iter().map(|import| (import.from.clone(), import.to.clone())));
    let told = |knot: Vec<Module>| {
        let names: Vec<String> = knot.iter().map(|script| script.join("/")).collect();
        let inside = imports.iter().filter(|import| knot.contains(&import.from) && knot.contains(&import.to));
        let places = inside.map(|import| format!("\n    {} imports {}", import.place, import.to.join("/")));
        format!("{}{}", names.join(", "), places.collect::<String>())
    };
    knots.into_iter().map(told).collect()
}

#[test]
fn no_scripts_import_each_other_in_a_circle() {
    let imports = imports(&scripts());
    assert!(imports.len() > 100, "imports are written in another way now: only {} were found", imports.len());
    report("The pages' scripts import each other in one direction.", &circles(&imports));
}

/// What is said of two scripts, of which the first imports the second, when the second has this text.
fn with_a_second_script(text: &str) -> Vec<String> {
    let first = "// One.\nimport { two } from \"./room/two.js\";\n";
    let scripts = [("one.js", first), ("room/two.js", text)];
    circles(&imports(&scripts.map(|(path, text)| (path.to_owned(), text.to_owned()))))
}

#[test]
fn a_circle_of_scripts_is_found_however_it_is_written() {
    for back in [
        "import { one } from \"../one.js\";",
        "import {\n  one,\n} from \"../one.js\";",
        "import \"../one.js\";",
        "export { one } from \"../one.js\";",
        "export * from \"../room/../one.js\";",
    ] {
        assert_eq!(with_a_second_script(back).len(), 1, "{back}");
    }
    let told = with_a_second_script("\nimport * as one from \"./../one.js\";");
    let expected =
        "one.js, room/two.js\n    host/web/one.js:2 imports room/two.js\n    host/web/room/two.js:2 imports one.js";
    assert_eq!(told, [expected]);
}

#[test]
fn what_is_gone_or_comes_later_ties_no_circle() {
    for free in [
        "/** @typedef {import(\"../one.js\").One} One */",
        "const { one } = await import(\"../one.js\");",
        "import { one } from \"/assets/one.js\";",
        "// import { one } from \"../one.js\";",
        "import { three } from \"./three.js\";",
    ] {
        assert!(with_a_second_script(free).is_empty(), "{free}");
    }
}
