//! The methods of a type whose `impl` stands in several files call each other in one direction, too.
//!
//! `self.method()` names no file, so the import circles of `knots` do not show it: a type that is cut by verb can be one knot
//! although every file of it imports only what lies below. Only calls on `self` are seen, not those on what else there is of
//! the type.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, ImplItem, ItemImpl, Type};

use super::modules::{Module, attributes_of, is_for_tests, knots, product};
use super::report;

/// What the files of a crate say of the methods of one type.
#[derive(Default)]
struct Methods {
    /// The files that define a method.
    defined: BTreeMap<String, BTreeSet<String>>,
    /// Which file calls which method on `self`, and in which line first.
    called: BTreeMap<(String, String), usize>,
}

impl Methods {
    /// Which file calls a method of which other file, and where.
    fn calls(&self) -> BTreeMap<(String, String), String> {
        let mut calls = BTreeMap::new();
        for ((from, method), line) in &self.called {
            let Some(homes) = self.defined.get(method) else { continue };
            // A name that stands in the caller's own file is that one's.
            for to in homes.iter().filter(|_| !homes.contains(from)) {
                calls.entry((from.clone(), to.clone())).or_insert_with(|| format!("{from}:{line} calls {method}"));
            }
        }
        calls
    }

    /// A complaint about each circle, with the calls that make it.
    fn complaints(&self, name: &str) -> Vec<String> {
        let calls = self.calls();
        let module = |file: &String| -> Module { vec![file.clone()] };
        let circles = knots(calls.keys().map(|(from, to)| (module(from), module(to))));
        let told = |circle: Vec<Module>| {
            let files: BTreeSet<String> = circle.into_iter().flatten().collect();
            let inside = calls.iter().filter(|((from, to), _)| files.contains(from) && files.contains(to));
            let places: String = inside.map(|((_, to), place)| format!("\n    {place} of {to}")).collect();
            format!("{name}{places}")
        };
        circles.into_iter().map(told).collect()
    }
}

/// Reads the files of a crate: what they say of each type.
fn methods_of<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, Methods> {
    let mut types = BTreeMap::new();
    for (path, text) in files {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        Reader { path, types: &mut types, own: None }.visit_file(&parsed);
    }
    types
}

/// Reads one file.
struct Reader<'a> {
    path: &'a str,
    types: &'a mut BTreeMap<String, Methods>,
    /// The type whose `impl` is being read.
    own: Option<String>,
}

impl Reader<'_> {
    fn called(&mut self, method: &syn::Ident) {
        let Some(own) = &self.own else { return };
        let called = &mut self.types.entry(own.clone()).or_default().called;
        called.entry((self.path.to_owned(), method.to_string())).or_insert_with(|| method.span().start().line);
    }

    /// A macro's arguments are no syntax yet: a call in them is `self`, a point, a name and what is in parentheses.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for window in tokens.windows(4) {
            if let [TokenTree::Ident(own), TokenTree::Punct(point), TokenTree::Ident(method), TokenTree::Group(_)] =
                window
                && own == "self"
                && point.as_char() == '.'
            {
                self.called(method);
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.tokens(group.stream());
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_for_tests(attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        let Type::Path(path) = &*block.self_ty else { return };
        let Some(name) = path.path.segments.last().map(|segment| segment.ident.to_string()) else { return };
        if block.trait_.is_none() {
            let defined = &mut self.types.entry(name.clone()).or_default().defined;
            for item in &block.items {
                if let ImplItem::Fn(function) = item {
                    defined.entry(function.sig.ident.to_string()).or_default().insert(self.path.to_owned());
                }
            }
        }
        self.own = Some(name);
        visit::visit_item_impl(self, block);
        self.own = None;
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let Expr::Path(receiver) = &*call.receiver
            && receiver.path.is_ident("self")
        {
            self.called(&call.method);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, macros: &'ast syn::Macro) {
        self.tokens(macros.tokens.clone());
    }
}

#[test]
fn the_files_of_a_type_call_each_other_in_one_direction() {
    let product = product();
    let types = product.values().flat_map(|files| methods_of(files.iter().map(|file| (&*file.path, &*file.text))));
    let complaints: Vec<String> = types.flat_map(|(name, methods)| methods.complaints(&name)).collect();
    report("What is cut into files calls in one direction.", &complaints);
}

/// The circles of a crate of these files.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    methods_of(files.iter().copied()).iter().flat_map(|(name, methods)| methods.complaints(name)).collect()
}

#[test]
fn a_circle_of_methods_is_found_also_in_a_macro() {
    let floor = ("floor.rs", "impl Room { fn append(&self) {} }");
    let one = ("one.rs", "impl Room { fn talk(&self) { self.append(); self.end() } }");
    for back in [
        "impl Room { fn end(&self) { self.talk() } }",
        "impl Room { fn end(&self) { [1].iter().for_each(|_| self.talk()) } }",
        "impl Room { fn end(&self) { assert!(matches!(self.talk(), ())) } }",
        "impl Drop for Room { fn drop(&mut self) { self.talk() } } impl Room { fn end(&self) {} }",
    ] {
        let circles = circles_of(&[floor, one, ("two.rs", back)]);
        assert_eq!(circles.len(), 1, "{back}: {circles:?}");
        assert!(circles[0].contains("one.rs:1 calls end of two.rs"), "{circles:?}");
    }
    let down = ("two.rs", "impl Room { fn end(&self) { self.append() } } impl Other { fn f(&self) { self.talk() } }");
    assert_eq!(circles_of(&[floor, one, down]), Vec::<String>::new());
}
