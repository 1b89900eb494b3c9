//! The script in the README against lotteries of this plugin, honest and forged.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

/// Runs the script between the README's fences on a report: what it printed if it succeeded; none without Python.
fn run_readme_script(report: &Value) -> Option<Result<String, ()>> {
    let readme = include_str!("../../README.md");
    let script = readme.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(script.lines().count() <= 40, "the script is short enough to be read");
    let mut python = Command::new("python3");
    python.args(["-c", script]).env("PYTHONIOENCODING", "utf-8");
    let child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: python3 is not installed, so the script in the README was not run");
        return None;
    };
    child.stdin.take().unwrap().write_all(report.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some(if output.status.success() { Ok(String::from_utf8(output.stdout).unwrap()) } else { Err(()) })
}

#[test]
fn the_script_in_the_readme_computes_the_winners_again() {
    for repeat_winners in [false, true] {
        let prizes = json!([{ "name": "一等奖", "count": 2 }, { "name": "二等奖", "count": 8 }]);
        let mut hall = Hall::new(json!({ "title": "年会", "prizes": prizes, "repeat_winners": repeat_winners }), 40);
        hall.room.join("王小明", "王小明");
        hall.room.speak(if repeat_winners { "en" } else { "zh-Hans" });
        hall.act(json!({ "freeze": {} })).unwrap();
        let mut won = hall.draw("二等奖", 6, "").unwrap();
        won.extend(hall.draw("一等奖", 2, "骰子 3 5 1").unwrap());
        for absent in [won[1].clone(), won[7].clone()] {
            won.extend(hall.redraw(&absent).unwrap());
        }
        won.extend(hall.draw("二等奖", 2, "股价 3021.55").unwrap());
        hall.room.close().unwrap();
        let mut report = serde_json::to_value(hall.room.report().unwrap()).unwrap();
        let Some(output) = run_readme_script(&report) else { return };
        let printed = output.expect("the script refuses an honest lottery");
        let printed: Vec<&str> = printed.lines().filter_map(|line| line.split(' ').nth(2)).take(won.len()).collect();
        assert_eq!(printed, won);
        report["rows"][3][2] = report["rows"][4][2].clone();
        assert_eq!(run_readme_script(&report), Some(Err(())), "the script takes a forged winner");
    }
}
