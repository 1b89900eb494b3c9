//! Reads scenarios: from TOML to people and steps, with a sentence for everything that is not as it should be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use hezi_plugin::{Audience, Member, RefusalKind, Role};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    FILE_BYTES_MAX, Scenario, ScenarioError, ScenarioProblem,
    repeat::expand,
    step::{Deed, Expected, Step},
};
use crate::engine_room::Presence;

/// Who looks, or hears, when it is nobody in particular. No member may have such an id.
const EVERYONE: &str = "everyone";
const ORGANIZERS: &str = "organizers";
/// Longest id of a member, as the interface has it.
const ID_BYTES_MAX: usize = 64;
/// A step that would do nothing else is told what there is.
const VERBS: &str = "open, act, wait_ms, view, close, report, join, leave, online, offline, speak, migrate_from";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    #[serde(default)]
    title: String,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    member: Vec<toml::Value>,
    #[serde(default)]
    step: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    id: String,
    name: String,
    role: Option<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    open: Option<Value>,
    #[serde(rename = "as")]
    who: Option<String>,
    act: Option<Value>,
    #[serde(rename = "for")]
    on_behalf_of: Option<String>,
    wait_ms: Option<u64>,
    view: Option<String>,
    query: Option<String>,
    close: Option<bool>,
    report: Option<bool>,
    join: Option<RawMember>,
    leave: Option<String>,
    online: Option<String>,
    offline: Option<String>,
    speak: Option<String>,
    migrate_from: Option<u32>,
    state: Option<BTreeMap<String, Value>>,
    title: Option<String>,
    reply: Option<Value>,
    refused: Option<RefusalKind>,
    says: Option<String>,
    shows: Option<Vec<String>>,
    hides: Option<Vec<String>>,
    summary: Option<Value>,
    rows: Option<usize>,
    emitted: Option<Vec<RawEvent>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvent {
    to: String,
    event: Value,
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    /// With the file, the step and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let problem = |problem| ScenarioError { path: path.to_owned(), problem };
        let size = fs::metadata(path).map_err(|error| problem(error.into()))?.len();
        if size > FILE_BYTES_MAX {
            return Err(problem(ScenarioProblem::TooLong));
        }
        let text = fs::read_to_string(path).map_err(|error| problem(error.into()))?;
        Self::parse(&text).map_err(problem)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// With the step and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ScenarioProblem> {
        let raw: RawScenario =
            toml::from_str(text).map_err(|error| ScenarioProblem::Toml(error.to_string().trim_end().to_owned()))?;
        let mut present = BTreeSet::new();
        let mut members = Vec::new();
        for (member, number) in raw.member.into_iter().zip(1..) {
            let mut admit = |member| read(member).and_then(|raw| admit(&mut present, raw));
            let all = expand(member).and_then(|all| all.into_iter().map(&mut admit).collect::<Result<Vec<_>, _>>());
            members.extend(all.map_err(|message| ScenarioProblem::Member { number, message })?);
        }
        let mut steps = Vec::new();
        for (step, number) in raw.step.into_iter().zip(1..) {
            let mut step_of = |step| read(step).and_then(|raw| step_of(raw, number, &mut present));
            let all = expand(step).and_then(|all| all.into_iter().map(&mut step_of).collect::<Result<Vec<_>, _>>());
            steps.extend(all.map_err(|message| ScenarioProblem::Step { number, message })?);
        }
        if steps.is_empty() {
            return Err(ScenarioProblem::Toml("it has no [[step]]: nothing would happen".into()));
        }
        Ok(Self { title: raw.title, seed: raw.seed, members, steps })
    }
}

fn read<T: DeserializeOwned>(value: toml::Value) -> Result<T, String> {
    check_json(&value)?;
    value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// What TOML has and JSON has not.
fn check_json(value: &toml::Value) -> Result<(), String> {
    match value {
        toml::Value::Datetime(date) => Err(format!("JSON has no dates: write \"{date}\" in quotes")),
        toml::Value::Float(float) if !float.is_finite() => Err(format!("JSON has no {float}")),
        toml::Value::Array(items) => items.iter().try_for_each(check_json),
        toml::Value::Table(members) => members.values().try_for_each(check_json),
        _ => Ok(()),
    }
}

fn admit(present: &mut BTreeSet<String>, raw: RawMember) -> Result<Member, String> {
    let RawMember { id, name, role } = raw;
    if id.is_empty() || id.len() > ID_BYTES_MAX {
        return Err(format!("an id has 1 to {ID_BYTES_MAX} bytes"));
    }
    if id == EVERYONE || id == ORGANIZERS {
        return Err(format!("`{id}` is a word of scenarios: take another id"));
    }
    if !present.insert(id.clone()) {
        return Err(format!("`{id}` is there already"));
    }
    Ok(Member { id, name, role: role.unwrap_or(Role::Participant) })
}

fn step_of(mut raw: RawStep, number: usize, present: &mut BTreeSet<String>) -> Result<Step, String> {
    let (deed, takes) = deed_of(&mut raw, present)?;
    check_expectations(&raw, takes)?;
    let emitted = raw.emitted.map(|events| events.into_iter().map(|raw| (audience(raw.to), raw.event)).collect());
    let expected = Expected {
        title: raw.title,
        reply: raw.reply,
        refused: raw.refused,
        says: raw.says,
        shows: raw.shows.unwrap_or_default(),
        hides: raw.hides.unwrap_or_default(),
        summary: raw.summary,
        rows: raw.rows,
        emitted,
    };
    Ok(Step { number, deed, expected })
}

fn audience(to: String) -> Audience {
    match to.as_str() {
        EVERYONE => Audience::Everyone,
        ORGANIZERS => Audience::Organizers,
        _ => Audience::Member(to),
    }
}

/// What the step does, and what it may expect.
fn deed_of(raw: &mut RawStep, present: &mut BTreeSet<String>) -> Result<(Deed, &'static [&'static str]), String> {
    let verb = only_verb(raw)?;
    let known = |present: &BTreeSet<String>, who: String| match present.contains(&who) {
        true => Ok(who),
        false => Err(format!("there is no member `{who}` at this time: add a [[member]] or a `join` before it")),
    };
    if raw.who.is_some() && verb != "act" {
        return Err(format!("`as` goes with `act`, not with `{verb}`"));
    }
    if raw.on_behalf_of.is_some() && verb != "act" {
        return Err(format!("`for` goes with `act`, not with `{verb}`"));
    }
    if raw.query.is_some() && verb != "view" {
        return Err(format!("`query` goes with `view`, not with `{verb}`"));
    }
    if raw.state.is_some() && verb != "migrate_from" {
        return Err(format!("`state` goes with `migrate_from`, not with `{verb}`"));
    }
    Ok(match verb {
        "open" => {
            let config = raw.open.take().unwrap_or_default();
            (Deed::Open { config }, &["title", "refused", "says", "emitted"])
        }
        "act" => {
            let who = raw.who.take().ok_or("`act` needs `as`: the id of the member who does it")?;
            let action = raw.act.take().unwrap_or_default();
            let on_behalf_of = raw.on_behalf_of.take().map(|who| known(present, who)).transpose()?;
            (Deed::Act { who: known(present, who)?, on_behalf_of, action }, &["reply", "refused", "says", "emitted"])
        }
        "wait_ms" => (Deed::Wait { ms: raw.wait_ms.unwrap_or(0) }, &["emitted"]),
        "view" => {
            let who = raw.view.take().filter(|who| who != EVERYONE);
            let who = who.map(|who| known(present, who)).transpose()?;
            (Deed::View { who, query: raw.query.take() }, &["shows", "hides"])
        }
        "close" => (Deed::Close, &["refused", "says", "emitted"]),
        "report" => (Deed::Report, &["summary", "rows", "shows", "hides"]),
        "join" => (Deed::Join(raw.join.take().map_or(Err(String::new()), |raw| admit(present, raw))?), &["emitted"]),
        "leave" => {
            let who = known(present, raw.leave.take().unwrap_or_default())?;
            present.remove(&who);
            (Deed::Leave { who }, &["emitted"])
        }
        "online" | "offline" => {
            let presence = if verb == "online" { Presence::Online } else { Presence::Offline };
            let who = raw.online.take().or(raw.offline.take()).unwrap_or_default();
            (Deed::Presence { who: known(present, who)?, presence }, &[])
        }
        "speak" => (Deed::Speak { language: raw.speak.take().unwrap_or_default() }, &[]),
        _ => {
            let state = raw.state.take().unwrap_or_default().into_iter().collect();
            let from = raw.migrate_from.unwrap_or(0);
            (Deed::Migrate { from, state }, &["refused", "says", "emitted"])
        }
    })
}

/// The one thing that the step does.
fn only_verb(raw: &RawStep) -> Result<&'static str, String> {
    let verbs = [
        ("open", raw.open.is_some()),
        ("act", raw.act.is_some()),
        ("wait_ms", raw.wait_ms.is_some()),
        ("view", raw.view.is_some()),
        ("close", raw.close.is_some()),
        ("report", raw.report.is_some()),
        ("join", raw.join.is_some()),
        ("leave", raw.leave.is_some()),
        ("online", raw.online.is_some()),
        ("offline", raw.offline.is_some()),
        ("speak", raw.speak.is_some()),
        ("migrate_from", raw.migrate_from.is_some()),
    ];
    let named: Vec<&'static str> = verbs.into_iter().filter(|(_, is_there)| *is_there).map(|(verb, _)| verb).collect();
    if raw.close == Some(false) || raw.report == Some(false) {
        return Err("`close` and `report` are true, or not there".into());
    }
    match named.as_slice() {
        [verb] => Ok(verb),
        [] => Err(format!("it does nothing: a step has one of {VERBS}")),
        several => Err(format!("it does several things ({}): make a step of each", several.join(", "))),
    }
}

fn check_expectations(raw: &RawStep, takes: &[&str]) -> Result<(), String> {
    let given = [
        ("title", raw.title.is_some()),
        ("reply", raw.reply.is_some()),
        ("refused", raw.refused.is_some()),
        ("says", raw.says.is_some()),
        ("shows", raw.shows.is_some()),
        ("hides", raw.hides.is_some()),
        ("summary", raw.summary.is_some()),
        ("rows", raw.rows.is_some()),
        ("emitted", raw.emitted.is_some()),
    ];
    let strange = given.iter().find(|(key, is_there)| *is_there && !takes.contains(key));
    if let Some((key, _)) = strange {
        let may = if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") };
        return Err(format!("`{key}` does not go with this step, which may expect {may}"));
    }
    if raw.says.is_some() && raw.refused.is_none() {
        return Err("`says` is about a refusal: add `refused`".into());
    }
    if raw.refused.is_some() && (raw.reply.is_some() || raw.title.is_some() || raw.emitted.is_some()) {
        return Err("a step that is refused gives no title and no reply, and emits nothing".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LI: &str = "[[member]]\nid = \"li\"\nname = \"小李\"\n";

    fn problem(steps: &str) -> String {
        Scenario::parse(&format!("{LI}{steps}")).unwrap_err().to_string()
    }

    fn first(step: &str) -> Step {
        let text = format!("{LI}[[step]]\n{step}\n");
        Scenario::parse(&text).unwrap_or_else(|problem| panic!("{step}: {problem}")).steps.remove(0)
    }

    #[test]
    fn steps_are_read() {
        let open = first("open = { question = \"?\" }\ntitle = \"?\"");
        assert_eq!(open.deed, Deed::Open { config: json!({"question": "?"}) });
        assert_eq!(open.expected, Expected { title: Some("?".into()), ..Expected::default() });
        let act = first("as = \"li\"\nact = { n = 1, f = 1.5, list = [true] }\nrefused = \"conflict\"\nsays = \"已\"");
        assert_eq!(
            act.deed,
            Deed::Act { who: "li".into(), on_behalf_of: None, action: json!({"n": 1, "f": 1.5, "list": [true]}) }
        );
        assert_eq!(act.expected.refused, Some(RefusalKind::Conflict));
        assert_eq!(first("view = \"everyone\"").deed, Deed::View { who: None, query: None });
        let page = first("view = \"li\"\nquery = \"2\"");
        assert_eq!(page.deed, Deed::View { who: Some("li".into()), query: Some("2".into()) });
        let act_for = first("as = \"li\"\nfor = \"li\"\nact = 1").deed;
        assert_eq!(act_for, Deed::Act { who: "li".into(), on_behalf_of: Some("li".into()), action: json!(1) });
        assert_eq!(first("offline = \"li\"").deed, Deed::Presence { who: "li".into(), presence: Presence::Offline });
        assert_eq!(first("speak = \"en\"").deed, Deed::Speak { language: "en".into() });
        let wait = first("wait_ms = 5\nemitted = [{ to = \"li\", event = 1 }, { to = \"organizers\", event = 2 }]");
        let to = Audience::Member("li".into());
        assert_eq!(wait.expected.emitted, Some(vec![(to, json!(1)), (Audience::Organizers, json!(2))]));
        let migrate = first("migrate_from = 1\nstate = { \"pick/li\" = 2 }");
        assert_eq!(migrate.deed, Deed::Migrate { from: 1, state: vec![("pick/li".into(), json!(2))] });
    }

    #[test]
    fn what_is_not_known_is_named_with_its_step() {
        let steps = "[[step]]\nclose = true\n[[step]]\nview = \"li\"\nshow = [\"x\"]\n";
        let said = problem(steps);
        assert!(said.starts_with("step 2: ") && said.contains("`show`") && said.contains("`shows`"), "{said}");
        let said = problem("steps = 1\n");
        assert!(said.contains("steps"), "{said}");
        let said = Scenario::parse("[[member]]\nid = \"li\"\nnam = \"小李\"\n").unwrap_err().to_string();
        assert!(said.starts_with("member 1: ") && said.contains("`nam`"), "{said}");
        let said = problem("[[step]]\nas = \"li\"\nact = 1\nrefused = \"forbidden\"\n");
        assert!(said.contains("forbidden") && said.contains("conflict"), "{said}");
    }

    #[test]
    fn steps_that_make_no_sense_are_refused() {
        for (step, says) in [
            ("", "it does nothing"),
            ("title = \"x\"", "it does nothing"),
            ("close = true\nreport = true", "several things (close, report)"),
            ("close = false", "true, or not there"),
            ("act = 1", "needs `as`"),
            ("as = \"li\"\nclose = true", "`as` goes with `act`"),
            ("as = \"wang\"\nact = 1", "no member `wang`"),
            ("view = \"wang\"", "no member `wang`"),
            ("leave = \"wang\"", "no member `wang`"),
            ("join = { id = \"li\", name = \"x\" }", "there already"),
            ("join = { id = \"everyone\", name = \"x\" }", "a word of scenarios"),
            ("join = { id = \"\", name = \"x\" }", "1 to 64 bytes"),
            ("view = \"li\"\nreply = 1", "`reply` does not go with this step"),
            ("wait_ms = 1\nshows = [\"x\"]", "may expect emitted"),
            ("offline = \"li\"\nemitted = []", "may expect nothing"),
            ("close = true\nfor = \"li\"", "`for` goes with `act`"),
            ("close = true\nquery = \"2\"", "`query` goes with `view`"),
            ("times = 0\nclose = true", "`times` is a number"),
            ("close = true\nsays = \"x\"", "add `refused`"),
            ("as = \"li\"\nact = 1\nreply = 1\nrefused = \"denied\"", "gives no title and no reply"),
            ("close = true\nstate = {}", "`state` goes with `migrate_from`"),
            ("open = { day = 2026-11-22 }", "JSON has no dates"),
            ("open = { most = inf }", "JSON has no inf"),
            ("wait_ms = -1", "u64"),
        ] {
            let said = problem(&format!("[[step]]\n{step}\n"));
            assert!(said.starts_with("step 1: ") && said.contains(says), "{step:?}: {said}");
        }
        assert!(problem("").contains("nothing would happen"));
    }

    #[test]
    fn a_step_that_happens_many_times_keeps_its_number() {
        let text = "[[member]]\nid = \"m{n}\"\nname = \"第{n}位\"\ntimes = 3\n\
                    [[step]]\nas = \"m{n}\"\nact = { vote = \"{n}\" }\ntimes = 3\n[[step]]\nclose = true\n";
        let scenario = Scenario::parse(text).unwrap();
        assert_eq!(scenario.members[2].name, "第3位");
        assert_eq!(scenario.steps.iter().map(|step| step.number).collect::<Vec<_>>(), [1, 1, 1, 2]);
        assert_eq!(scenario.steps[1].deed.to_string(), "m2 does {\"vote\":\"2\"}");
    }

    #[test]
    fn people_come_and_go_in_the_order_of_steps() {
        let told = "[[step]]\njoin = { id = \"wang\", name = \"小王\", role = \"organizer\" }\n\
                    [[step]]\nas = \"wang\"\nact = 1\n[[step]]\nleave = \"wang\"\n";
        assert_eq!(Scenario::parse(&format!("{LI}{told}")).unwrap().steps.len(), 3);
        let said = problem(&format!("{told}[[step]]\nview = \"wang\"\n"));
        assert!(said.starts_with("step 4: there is no member `wang` at this time"), "{said}");
    }
}
