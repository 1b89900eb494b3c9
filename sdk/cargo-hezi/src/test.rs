//! `cargo hezi test`: plays a plugin's scenarios in the server's engine and shows what each export used.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use hezi_plugin::{EngineError, GateError, Plugin};
use thiserror::Error;

use crate::{
    budget_table,
    build::{self, BuildError},
    check,
    cli::TestArgs,
    costs::Costs,
    engine, output,
    scenario::{Mismatch, Scenario, ScenarioError},
};

/// Where a plugin has its scenarios.
const FOLDER: &str = "scenarios";

/// Why nothing was tested.
#[derive(Debug, Error)]
pub(crate) enum TestError {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("{}: {source}", path.display())]
    Refused { path: PathBuf, source: Box<GateError> },
    #[error("the engine does not start: {0}")]
    Engine(#[from] EngineError),
    #[error("cannot read `{}`: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(
        "`{}` has no scenario: write a story into `{FOLDER}/….toml` (`cargo hezi test --help` says how)",
        path.display()
    )]
    NoScenario { path: PathBuf },
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// Tests a plugin; true if every scenario went as expected.
pub(crate) fn run(args: &TestArgs) -> bool {
    test(args).inspect_err(|error| output::error(error)).unwrap_or(false)
}

fn test(args: &TestArgs) -> Result<bool, TestError> {
    // Read before anything is built: a mistake in a story is found at once.
    let scenarios = scenarios(args)?;
    let plugin = plugin(args)?;
    let mut costs = Costs::default();
    let mut failed = 0;
    for (path, scenario) in &scenarios {
        let played = scenario.play(&plugin);
        costs.merge(&played.costs);
        show(path, scenario, played.mismatch.as_ref());
        failed += usize::from(played.mismatch.is_some());
    }
    output::result("");
    budget_table::lines(&costs, plugin.engine().limits()).iter().for_each(output::result);
    let played = scenarios.len();
    output::result(format_args!("\n{played} scenario{}, {failed} failed", if played == 1 { "" } else { "s" }));
    Ok(failed == 0)
}

/// The plugin under test, which the gate lets through.
fn plugin(args: &TestArgs) -> Result<Plugin, TestError> {
    let path = match &args.component {
        Some(component) => component.clone(),
        None => build::build_one(&args.path, &args.options)?.file,
    };
    let component = fs::read(&path).map_err(|source| TestError::File { path: path.clone(), source })?;
    let plugin = Plugin::load(&engine::start()?, &component, None)
        .map_err(|source| TestError::Refused { path: path.clone(), source: Box::new(source) })?;
    output::result(check::line(&plugin, &path));
    Ok(plugin)
}

fn scenarios(args: &TestArgs) -> Result<Vec<(PathBuf, Scenario)>, TestError> {
    let own = args.path.join(FOLDER);
    let places = if args.scenario.is_empty() { std::slice::from_ref(&own) } else { &args.scenario };
    let mut files = Vec::new();
    for place in places {
        if place.is_dir() {
            files.extend(stories(place).map_err(|source| TestError::File { path: place.clone(), source })?);
        } else if args.scenario.is_empty() {
            return Err(TestError::NoScenario { path: args.path.clone() });
        } else {
            files.push(place.clone());
        }
    }
    if files.is_empty() {
        return Err(TestError::NoScenario { path: args.path.clone() });
    }
    files.into_iter().map(|path| Ok((path.clone(), Scenario::read(&path)?))).collect()
}

/// The TOML files of a folder, in the order of their names.
fn stories(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn show(path: &Path, scenario: &Scenario, mismatch: Option<&Mismatch>) {
    let title = match scenario.title() {
        "" => String::new(),
        title => format!("  {title}"),
    };
    let Some(mismatch) = mismatch else {
        output::result(format_args!("pass  {}{title} ({} steps)", path.display(), scenario.step_count()));
        return;
    };
    output::result(format_args!("FAIL  {}{title}", path.display()));
    output::result(format_args!("      step {}: {}", mismatch.step, mismatch.deed));
    output::result(format_args!("      expected  {}", indented(&mismatch.expected)));
    output::result(format_args!("      got       {}", indented(&mismatch.got)));
    mismatch.log.iter().for_each(|line| output::result(format_args!("      log       {}", indented(line))));
    if mismatch.forgotten {
        output::result(
            "      It passes as long as one instance runs all calls, and fails when each call has a fresh one:\n      \
             something that has to last is kept in memory and not in the state.",
        );
    }
}

/// A text of several lines below its own beginning.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n                ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::BuildOptions;

    fn args(path: &Path, scenario: Vec<PathBuf>) -> TestArgs {
        TestArgs { path: path.to_owned(), scenario, component: None, options: BuildOptions::default() }
    }

    #[test]
    fn scenarios_are_found_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let none = scenarios(&args(folder.path(), Vec::new()));
        assert!(matches!(none, Err(TestError::NoScenario { .. })));
        let own = folder.path().join(FOLDER);
        fs::create_dir(&own).unwrap();
        assert!(matches!(scenarios(&args(folder.path(), Vec::new())), Err(TestError::NoScenario { .. })));
        for name in ["b.toml", "a.toml", "notes.md"] {
            fs::write(own.join(name), "[[step]]\nclose = true\n").unwrap();
        }
        let found = scenarios(&args(folder.path(), Vec::new())).unwrap();
        assert_eq!(
            found.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(),
            [own.join("a.toml"), own.join("b.toml")]
        );
        let chosen = scenarios(&args(folder.path(), vec![own.join("b.toml")])).unwrap();
        assert_eq!(chosen.len(), 1);
        let missing = scenarios(&args(folder.path(), vec![own.join("c.toml")]));
        assert!(matches!(missing, Err(TestError::Scenario(_))));
    }
}
