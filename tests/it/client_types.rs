//! The types of the client library: what they say of the server's shapes is generated from the server's own description, so
//! that the two cannot drift. `INSTA_UPDATE=always` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use hezi_tests::Host;
use serde_json::{Map, Value, json};

/// Where the library lies.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../host/web/client")
}

/// The TypeScript of a schema.
fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().expect("a name").to_owned();
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    let several = ["oneOf", "anyOf"].iter().find_map(|key| schema[key].as_array());
    if let Some(several) = several {
        return several.iter().map(type_of).collect::<Vec<_>>().join(" | ");
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(type_of).collect::<Vec<_>>().join(" & ");
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let one = |kind: &Value| type_of_kind(kind.as_str().unwrap_or_default(), schema);
            kinds.iter().map(one).collect::<Vec<_>>().join(" | ")
        }
        kind => type_of_kind(kind.as_str().unwrap_or_default(), schema),
    }
}

fn type_of_kind(kind: &str, schema: &Value) -> String {
    match kind {
        "string" => "string".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "boolean" => "boolean".to_owned(),
        "null" => "null".to_owned(),
        "array" => format!("({})[]", type_of(&schema["items"])),
        "object" if schema["properties"].is_object() => members(schema),
        "object" => "{ [member: string]: any }".to_owned(),
        _ => "any".to_owned(),
    }
}

/// The members of an object, with what is said of each.
fn members(schema: &Value) -> String {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut text = "{\n".to_owned();
    for (name, member) in schema["properties"].as_object().expect("properties") {
        let mark = if required.iter().any(|one| one == name) { "" } else { "?" };
        if let Some(said) = member["description"].as_str() {
            writeln!(text, "  /** {} */", said.replace('\n', " ")).expect("a text");
        }
        writeln!(text, "  {name}{mark}: {};", type_of(member).replace('\n', "\n  ")).expect("a text");
    }
    text + "}"
}

/// All shapes of the description, in the order of their names.
fn shapes(document: &Value) -> String {
    let mut text = "// Shapes.\n".to_owned();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        if let Some(said) = schema["description"].as_str() {
            writeln!(text, "\n/** {} */", said.replace('\n', " ")).expect("a text");
        } else {
            text.push('\n');
        }
        writeln!(text, "export type {name} = {};", type_of(schema)).expect("a text");
    }
    text
}

#[tokio::test]
async fn the_types_of_the_client_are_those_of_the_server() {
    let host = Host::start().await;
    let document = host.anonymous().get("/api/openapi.json").await.ok(200);
    let head = fs::read_to_string(folder().join("hezi-client.head.d.ts")).expect("the head");
    let wanted = head + &shapes(&document);
    let path = folder().join("hezi-client.d.ts");

    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, &wanted).expect("the types can be written");
    }

    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == wanted,
        "{} differs from the description of the routes: INSTA_UPDATE=always writes it",
        path.display()
    );
}

/// All members that an object of this schema may have.
fn described(document: &Value, schema: &Value) -> Map<String, Value> {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return described(document, &document["components"]["schemas"][name]);
    }
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let own = schema["properties"].as_object().cloned().unwrap_or_default();
    parts.flat_map(|part| described(document, part)).chain(own).collect()
}

/// What is wrong with a frame by its described shape, where a member that is not described is wrong, too.
fn faults(document: &Value, frame: &Value) -> Vec<String> {
    let schema = json!({ "$ref": "#/components/schemas/ServerFrame", "components": document["components"] });
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let wrong = validator.iter_errors(frame).map(|error| format!("{}: {error}", error.instance_path()));
    // Of the kinds of one `type` the one that says the most of it.
    let kinds = document["components"]["schemas"]["ServerFrame"]["oneOf"].as_array().expect("kinds of frames").iter();
    let described = kinds.map(|kind| described(document, kind)).filter(|all| all["type"]["enum"][0] == frame["type"]);
    let members = frame.as_object().expect("a frame is an object");
    let unknown = |all: Map<String, Value>| members.keys().filter(|name| !all.contains_key(*name)).collect::<Vec<_>>();
    let unknown = described.map(unknown).min_by_key(Vec::len).expect("a kind of this `type`");
    wrong.chain(unknown.into_iter().map(|member| format!("`{member}` is not described"))).collect()
}

#[tokio::test]
async fn frames_have_the_shapes_that_the_types_are_made_of() {
    let host = Host::start().await;
    let document = host.anonymous().get("/api/openapi.json").await.ok(200);
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "午饭?", "options": ["面", "饭"] })).await;
    let mut socket = li.connect(&room.number).await;
    let refused = socket.do_act("a1", &vote.id, json!({ "choose": ["粥"] })).await.frame;
    let said = socket.say("c1", "你好").await;
    let event = socket.expect_event("chat").await;
    let react = room.path(&format!("/messages/{}/reactions", said.seq()));
    wang.post(&react, &json!({ "reaction": "👍" })).await.ok(200);
    let reactions = socket.expect("the counts", |frame| frame["type"] == "reactions").await;
    wang.request("PUT", &room.path(&format!("/messages/{}/wall", said.seq()))).send().await.ok(200);
    let wall = socket.expect("the wall", |frame| frame["type"] == "wall").await;
    let acted = socket.do_act("a2", &vote.id, json!({ "choose": ["面"] })).await.frame;
    let view = socket.expect("a view", |frame| frame["type"] == "view").await;
    let presence = socket.expect("who is here", |frame| frame["type"] == "presence").await;
    let welcome = wang.connect(&room.number).await.welcome;

    let alive = json!({ "type": "alive" });
    let first = &socket.welcome;
    for frame in [first, &welcome, &event, &acted, &refused, &view, &presence, &reactions, &wall, &alive] {
        assert_eq!(faults(&document, frame), [""; 0], "{frame}");
        let mut other = frame.clone();
        other["mistyped"] = json!(true);
        assert!(!faults(&document, &other).is_empty(), "what is not described is found in {frame}");
    }
}
