//! The crates of the product as graphs: which file names something of which other file, and where.
//!
//! A file that names an item depends on the file where the item stands: a `pub use` that hands it on is followed, and is
//! no dependency itself. Tests are not looked at, and neither is what a macro expands to, nor the test room where the SDK has
//! it in the host's place.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

use super::source::{Source, sources, workspace};

/// How often a name is handed on before it is where it came from.
const HANDED_ON_MAX: usize = 8;

/// A module, by the names from the root of its crate: `["room", "actor"]`.
pub(super) type Module = Vec<String>;

/// One file names something of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    /// The module of the file that names.
    pub(super) from: Module,
    /// The module of the file that is named.
    pub(super) to: Module,
    /// `path:line` of the first time.
    pub(super) place: String,
}

/// A crate of the product.
pub(super) struct Crate {
    /// The folder of its sources, `host/src`.
    pub(super) folder: String,
    files: BTreeMap<Module, File>,
}

/// What one file says of others.
struct File {
    path: String,
    /// Every path outside of tests that leads somewhere in this crate, from the crate's root.
    named: Vec<(Module, usize)>,
    /// What the file hands on: the name, and where it comes from.
    handed_on: BTreeMap<String, Module>,
    /// The modules that the file says have a file.
    declared: BTreeSet<Module>,
}

/// The files of everything that people run or build upon, by folder: all packages of the workspace but the tests, and their build
/// scripts.
pub(super) fn product() -> BTreeMap<String, Vec<Source>> {
    let mut folders: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for source in sources() {
        let folder = ["/src/", "/build/"].into_iter().find_map(|name| {
            let (package, _) = source.path.split_once(name)?;
            let is_product = !source.is_test() && !package.starts_with("sdk/examples");
            let is_package = is_product && workspace().join(package).join("Cargo.toml").is_file();
            is_package.then(|| format!("{package}{}", name.trim_end_matches('/')))
        });
        if let Some(folder) = folder {
            folders.entry(folder).or_default().push(source);
        }
    }
    let is_all = folders.len() >= 8 && folders.contains_key("host/build");
    assert!(is_all, "the crates lie elsewhere now: {:?}", folders.keys());
    folders
}

/// The same as graphs.
pub(super) fn crates() -> Vec<Crate> {
    let of = |(folder, files): (String, Vec<Source>)| {
        Crate::of(&folder, files.iter().map(|file| (file.path.as_str(), file.text.as_str())))
    };
    product().into_iter().map(of).collect()
}

impl Crate {
    /// A crate whose files have these paths and texts.
    pub(super) fn of<'a>(folder: &str, files: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let module_of = |path: &str| module_of(path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/'));
        let has_library = files.clone().any(|(path, _)| path.ends_with("/lib.rs"));
        // The binary of a package that has a library is another crate, which names the library from outside.
        let files = files.filter(|(path, _)| !(has_library && path.ends_with("/main.rs")));
        let modules: BTreeSet<Module> = files.clone().map(|(path, _)| module_of(path)).collect();
        let read = |(path, text): (&str, &str)| {
            let module = module_of(path);
            let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut reader = Reader::new(&module, &modules);
            reader.visit_file(&parsed);
            let Reader { named, handed_on, declared, .. } = reader;
            (module.clone(), File { path: path.to_owned(), named, handed_on, declared })
        };
        Self { folder: folder.to_owned(), files: files.map(read).collect() }
    }

    /// The modules that the root declares.
    pub(super) fn modules(&self) -> impl Iterator<Item = &String> {
        let tops: BTreeSet<&String> = self.files.keys().filter_map(|module| module.first()).collect();
        tops.into_iter()
    }

    /// Files that no module declares, so that nothing compiles them.
    pub(super) fn strays(&self) -> Vec<&str> {
        let declared: BTreeSet<&Module> = self.files.values().flat_map(|file| &file.declared).collect();
        let strays = self.files.iter().filter(|(module, _)| !module.is_empty() && !declared.contains(module));
        strays.map(|(_, file)| file.path.as_str()).collect()
    }

    /// Who names whom, each pair of files once.
    pub(super) fn imports(&self) -> Vec<Import> {
        let mut imports = BTreeMap::new();
        for (from, file) in &self.files {
            for (path, line) in &file.named {
                let to = self.home_of(path, HANDED_ON_MAX);
                if to != *from {
                    imports.entry((from.clone(), to)).or_insert_with(|| format!("{}:{line}", file.path));
                }
            }
        }
        imports.into_iter().map(|((from, to), place)| Import { from, to, place }).collect()
    }

    /// The module of the file where the item stands that this path leads to.
    fn home_of(&self, path: &[String], hops: usize) -> Module {
        let inside = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]));
        let (module, rest) = path.split_at(inside.unwrap_or_default());
        let Some((name, inner)) = rest.split_first() else { return module.to_vec() };
        match self.files.get(module).and_then(|file| file.handed_on.get(name)) {
            Some(origin) if hops > 0 && origin != path => self.home_of(&[origin.as_slice(), inner].concat(), hops - 1),
            _ => module.to_vec(),
        }
    }
}

/// `room/actor.rs` is `room::actor`; the root has no name.
fn module_of(inside: &str) -> Module {
    match inside.trim_end_matches(".rs") {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The strongly connected parts of more than one node: every import circle lies in one of them.
pub(super) fn knots(imports: impl Iterator<Item = (Module, Module)>) -> Vec<Vec<Module>> {
    let mut below: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (from, to) in imports {
        below.entry(from).or_default().insert(to);
    }
    let reach: BTreeMap<&Module, BTreeSet<&Module>> =
        below.keys().map(|from| (from, reachable(from, &below))).collect();
    let mut knots = BTreeSet::new();
    for (from, reached) in &reach {
        let is_mutual = |to: &&&Module| reach.get(**to).is_some_and(|back| back.contains(*from));
        let knot: BTreeSet<Module> = reached.iter().filter(is_mutual).map(|to| (*to).clone()).collect();
        if knot.len() > 1 {
            knots.insert(knot.into_iter().collect());
        }
    }
    knots.into_iter().collect()
}

fn reachable<'a>(from: &Module, below: &'a BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = below.get(from).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(below.get(next).into_iter().flatten());
        }
    }
    reached
}

/// Gathers the paths of one file that lead somewhere in its crate.
struct Reader<'a> {
    file: &'a Module,
    /// The module whose items are being read: the file's, or one that stands in the file.
    scope: Module,
    modules: &'a BTreeSet<Module>,
    named: Vec<(Module, usize)>,
    handed_on: BTreeMap<String, Module>,
    /// What a module knows names of others by: where the name stands, and where it comes from.
    imported: BTreeMap<Module, Module>,
    declared: BTreeSet<Module>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a Module, modules: &'a BTreeSet<Module>) -> Self {
        Self {
            file,
            scope: file.clone(),
            modules,
            named: Vec::new(),
            handed_on: BTreeMap::new(),
            imported: BTreeMap::new(),
            declared: BTreeSet::new(),
        }
    }

    /// The path from the crate's root; none when it leads out of the crate.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.scope.clone(),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let kept = self.scope.len().checked_sub(ups)?;
                return Some([&self.scope[..kept], &path[ups..]].concat());
            }
            child => {
                let here = [self.scope.as_slice(), &[child.to_owned()]].concat();
                let start = if self.modules.contains(&here) { Some(&here) } else { self.imported.get(&here) };
                // A name alone is an item of this module or of another crate, or its `use` has said where it comes from.
                return start.filter(|_| !rest.is_empty()).map(|start| [start.as_slice(), rest].concat());
            }
        };
        Some([&start, rest].concat())
    }

    fn name(&mut self, path: &[String], line: usize) {
        if let Some(path) = self.absolute(path) {
            self.named.push((path, line));
        }
    }

    /// A macro's arguments are no syntax yet: its paths are names with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut line, mut colons) = (Vec::new(), 0, 2);
        let mut is_macros_own = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 && !is_macros_own => {
                    line = name.span().start().line;
                    path.push(name.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                // `$crate` stands for the crate of the macro, and names nothing where it is written.
                TokenTree::Punct(punct) => is_macros_own = punct.as_char() == '$',
                TokenTree::Ident(name) if !is_macros_own => {
                    self.name(&std::mem::replace(&mut path, vec![name.to_string()]), line);
                    (line, colons) = (name.span().start().line, 0);
                    continue;
                }
                _ => is_macros_own = false,
            }
            self.name(&std::mem::take(&mut path), line);
            colons = 2;
        }
        self.name(&path, line);
    }

    fn uses(&mut self, tree: &UseTree, before: &[String], is_handed_on: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (path, known_as, span) = match tree {
            UseTree::Path(path) => return self.uses(&path.tree, &with(&path.ident), is_handed_on),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|item| self.uses(item, before, is_handed_on));
            }
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), before.last().cloned(), name.ident.span()),
            UseTree::Name(name) => (with(&name.ident), Some(name.ident.to_string()), name.ident.span()),
            UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string()), rename.ident.span()),
            UseTree::Glob(glob) => (before.to_vec(), None, glob.star_token.spans[0]),
        };
        let origin = self.absolute(&path);
        // `use crate::a;` makes `a::one` a path into `a`, which may hand `one` on from another file.
        if let (Some(known_as), Some(origin)) = (&known_as, &origin) {
            let here = [self.scope.as_slice(), std::slice::from_ref(known_as)].concat();
            self.imported.insert(here, origin.clone());
        }
        match (known_as, origin) {
            (Some(known_as), Some(origin)) if is_handed_on => _ = self.handed_on.insert(known_as, origin),
            _ => self.name(&path, span.start().line),
        }
    }
}

/// Whether what follows is compiled for tests alone.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.path().is_ident("cfg").then(|| attribute.parse_args::<syn::Path>().ok()).flatten();
        condition.is_some_and(|condition| condition.is_ident("test")) || attribute.path().is_ident("test")
    })
}

/// Whether what follows is there off WebAssembly only: there the SDK has its test room in the host's place. The room has the
/// SDK's own words, so that its imports name what calls them, and no plugin that runs has such a circle.
fn is_hosts_double(attributes: &[Attribute]) -> bool {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let mut conditions = conditions.filter_map(|attribute| attribute.parse_args::<TokenStream>().ok());
    conditions.any(|condition| condition.to_string().replace(' ', "") == r#"not(target_arch="wasm32")"#)
}

/// The attributes of an item that may be for tests alone.
pub(super) fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.scope.push(module.ident.to_string());
        if module.content.is_none() {
            self.declared.insert(self.scope.clone());
        }
        visit::visit_item_mod(self, module);
        self.scope.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_handed_on = !matches!(item.vis, Visibility::Inherited) && self.scope == *self.file;
        if item.leading_colon.is_none() && !(is_handed_on && is_hosts_double(&item.attrs)) {
            self.uses(&item.tree, &[], is_handed_on);
        }
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {
        // `pub(super)` says who may name the item, and names nothing.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
            self.name(&names, line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, macros: &'ast syn::Macro) {
        self.visit_path(&macros.path);
        self.tokens(macros.tokens.clone());
    }
}
