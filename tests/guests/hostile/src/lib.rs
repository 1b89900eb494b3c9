//! A plugin that misbehaves on request: one for each limit of the runtime.
//!
//! `act` takes `{"do":"…"}` and does it; with `"traces":true` it writes, emits and arms a timer first, so that a test can
//! look for what is left of that. The configuration is `{"do":{"view":"spin",…}}`: `open` keeps it in the state,
//! and each other export then does what stands there under its name. What is not to be done is done decently, so that
//! the same plugin shows that its neighbours go on working.

mod deeds;

wit_bindgen::generate!({ path: "../../../wit", world: "plugin-with-attendance" });

use exports::hezi::activity::{
    activity::{Block, Description, Error, Guest, Member, ReportPage},
    attendance,
};
use hezi::activity::{
    locale, state,
    types::{Statistic, Translation},
};
use serde_json::Value;

struct Hostile;

export!(Hostile);

impl Guest for Hostile {
    fn describe() -> Description {
        Description {
            name: "hostile".into(),
            version: "0.1.0".into(),
            translations: ["en", "zh-Hans"].map(translation).into(),
            config_schema: r#"{"type":"object"}"#.into(),
            action_schema: r#"{"type":"object","properties":{"do":{"type":"string"}},"required":["do"]}"#.into(),
            reply_schema: "true".into(),
            event_schema: "true".into(),
            state_version: 1,
            allows_anonymous: true,
        }
    }

    fn open(config: String) -> Result<String, Error> {
        let config: Value = serde_json::from_str(&config).map_err(|error| Error::Invalid(error.to_string()))?;
        if let Some(plans) = config["do"].as_object() {
            for (export, deed) in plans {
                state::set(&format!("plan:{export}"), deed.as_str().unwrap_or_default().as_bytes());
            }
        }
        planned("open", &Value::Null)?;
        Ok(config["title"].as_str().unwrap_or("Hostile").into())
    }

    fn act(caller: Member, action: String, on_behalf: Option<Member>) -> Result<String, Error> {
        let action: Value = serde_json::from_str(&action).map_err(|error| Error::Invalid(error.to_string()))?;
        let deed = action["do"].as_str().unwrap_or_default();
        if action["traces"] == true {
            deeds::leave_traces();
        }
        deeds::run(deed, &action).map(|reply| reply.unwrap_or_else(|| who(&caller, on_behalf.as_ref())))
    }

    fn view(viewer: Option<Member>, query: Option<String>) -> Result<Vec<Block>, Error> {
        planned("view", &Value::Null)?;
        let keys = state::scan("", None, 1_000, state::Order::Ascending).entries.len();
        let label = viewer.map_or_else(|| "everybody".into(), |viewer| viewer.id);
        let mut blocks = vec![Block::Statistic(Statistic { label, value: keys.to_string() })];
        match plan("view").as_str() {
            "language" => blocks.push(Block::Text(locale::language())),
            "query" => blocks.push(Block::Text(query.unwrap_or_default())),
            deed => blocks.extend(deeds::blocks(deed)),
        }
        Ok(blocks)
    }

    fn tick(timer: String) -> Result<(), Error> {
        planned("tick", &Value::Null)?;
        state::set("ticked", timer.as_bytes());
        Ok(())
    }

    fn close() -> Result<(), Error> {
        planned("close", &Value::Null)?;
        state::set("closed", b"1");
        Ok(())
    }

    fn report(cursor: Option<String>) -> Result<ReportPage, Error> {
        planned("report", &Value::Null)?;
        Ok(deeds::report(&plan("report"), cursor))
    }

    fn migrate(from: u32) -> Result<(), Error> {
        planned("migrate", &Value::Null)?;
        state::set("migrated", from.to_string().as_bytes());
        Ok(())
    }
}

impl attendance::Guest for Hostile {
    fn joined(who: Member) -> Result<(), Error> {
        attend("joined", &who)
    }

    fn left(who: Member) -> Result<(), Error> {
        attend("left", &who)
    }
}

/// Does what is planned for somebody's coming or going; `note` keeps who it was.
fn attend(export: &str, who: &Member) -> Result<(), Error> {
    planned(export, &Value::Null)?;
    if plan(export) == "note" {
        state::set(&format!("{export}/{}", who.id), who.name.as_bytes());
    }
    Ok(())
}

fn translation(language: &str) -> Translation {
    let (title, summary) = ("Hostile".into(), "Misbehaves on request, for tests.".into());
    Translation { language: language.into(), title, summary, labels: Vec::new() }
}

/// Who acted, and for whom.
fn who(caller: &Member, on_behalf: Option<&Member>) -> String {
    let by = on_behalf.map(|organizer| format!(",\"by\":{:?}", organizer.id)).unwrap_or_default();
    format!("{{\"caller\":{:?}{by}}}", caller.id)
}

/// What the configuration wants of this export.
fn plan(export: &str) -> String {
    let plan = state::get(&format!("plan:{export}")).unwrap_or_default();
    String::from_utf8(plan).unwrap_or_default()
}

fn planned(export: &str, action: &Value) -> Result<(), Error> {
    deeds::run(&plan(export), action).map(drop)
}
