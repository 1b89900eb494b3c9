//! How the modules of a page become one file. The code is the build script's; that its files work in a browser is shown by all of
//! `tests/it/browser`.

#[path = "../../host/build/join.rs"]
mod join;
#[path = "../../host/build/module.rs"]
mod module;

fn files(modules: &[(&str, &str)]) -> join::Files {
    modules.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// What joining a page of these modules is refused with.
fn refusal(modules: &[(&str, &str)]) -> String {
    join::page("room", &files(modules)).expect_err("a page that cannot be joined")
}

#[test]
fn a_page_is_its_modules_each_in_a_scope_of_its_own() {
    let modules = [
        (
            "pages/room.js",
            "// The room.\nimport draw, { size as width } from \"../draw.js\";\nimport * as all from \"../draw.js\";\nimport { b } from '../vendor/v.js';\ndraw(width, all, b);\n",
        ),
        (
            "draw.js",
            "/** Draws. */\nexport default function draw(/** @type {number} */ one) {}\nexport const size = 1;\nexport { b as c } from \"./vendor/v.js\";\n",
        ),
        ("vendor/v.js", "/**\n * @license\n */\nconst t=1;class x{}export{t as b};\n//# sourceMappingURL=v.js.map\n"),
    ];
    let joined = join::page("room", &files(&modules)).expect("a page");
    let expected = "const $vendor_v = (() => {\n/**\n * @license\n */\nconst t=1;class x{}\nreturn { b: t };\n})();\n\
        const $draw = (() => {\nfunction draw( one) {}\nconst size = 1;\nreturn { default: draw, size, c: $vendor_v.b };\n})();\n\
        const $pages_room = (() => {\nconst { default: draw, size: width } = $draw;\nconst all = $draw;\n\
        const { b } = $vendor_v;\ndraw(width, all, b);\nreturn {  };\n})();\n";
    assert_eq!(joined, [("room.js".to_owned(), expected.to_owned())]);
}

#[test]
fn what_is_loaded_later_takes_from_the_page_what_both_need() {
    let modules = [
        (
            "pages/room.js",
            "import { t } from \"../t.js\";\nconst { Panel } = await import(\"../organize/panel.js\");\n",
        ),
        ("t.js", "export class t {}\n"),
        ("organize/panel.js", "import { t } from \"../t.js\";\nexport class Panel extends t {}\n"),
    ];
    let joined = join::page("room", &files(&modules)).expect("a page");
    let [(late, panel), (main, page)] = joined.as_slice() else { panic!("two files: {joined:?}") };
    assert_eq!((late.as_str(), main.as_str()), ("room.panel.js", "room.js"));
    assert!(
        page.contains("await import(\"./room.panel.js\")") && page.ends_with("export { $t, $pages_room };\n"),
        "{page}"
    );
    assert!(panel.starts_with("import { $t, $pages_room } from \"./room.js\";\n"), "{panel}");
    assert!(panel.ends_with("export const { Panel } = $organize_panel;\n") && !panel.contains("class t "), "{panel}");
}

#[test]
fn what_cannot_be_joined_is_refused_by_name() {
    let page = ("pages/room.js", "import { a } from \"../a.js\";\n");
    for (a, said) in [
        ("import { b } from \"./a.js\";\n", "host/web/a.js imports itself"),
        ("import { b } from \"./none.js\";\n", "host/web/none.js is imported, and is not there"),
        ("export let a = 1;\n", "host/web/a.js: pages cannot join `export let a = 1;`"),
        ("export * from \"./b.js\";\n", "cannot join `export * from"),
        ("import {\n  b,\n} from \"./b.js\";\n", "cannot join `import {`"),
        ("export const a = import(name);\n", "by `import(\"…\")` only"),
    ] {
        assert!(refusal(&[page, ("a.js", a)]).contains(said), "{a}: {}", refusal(&[page, ("a.js", a)]));
    }
}
