//! The OpenAPI document holds: every operation is driven with inputs made of its own description, good ones and bad ones, and
//! answers only what the document says.
//!
//! What a good input is and who may send it the rows of [`matrix`](crate::matrix) say. What it does is tested elsewhere; here
//! it only has to be taken.

use std::collections::BTreeMap;

use hezi_tests::{Answer, Caller};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::matrix::fixture::{Fixture, Ids, ROLES, Role, World};
use crate::matrix::fixture_for;
use crate::matrix::rows::{Row, routes};

/// Texts for a place in a path or a query that they do not belong into.
const NONSENSE: &[&str] = &[
    "0",
    "-1",
    "99999",
    "99999999999999999999",
    "nope",
    "true",
    "%00",
    "%20",
    "..%2f..",
    "%e9%95%bf",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "",
];

/// An operation of the document.
struct Operation<'d> {
    document: &'d Value,
    row: Row,
    spec: &'d Value,
    validators: BTreeMap<String, Validator>,
}

/// A request that is not sent yet.
#[derive(Clone, Debug)]
struct Input {
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Option<(&'static str, Vec<u8>)>,
}

/// What there is for one operation to work on, so that none sees what another one did.
async fn ids(world: &World, row: &Row, asker: Role) -> Ids {
    if row.path.starts_with("/api/admin/plugins/") {
        world.stand_by_versions(row.method == "DELETE").await;
    }
    let fixture: Option<Fixture> = fixture_for(world, row, asker).await;
    fixture.map_or_else(Ids::of_nothing, |fixture| fixture.ids(world))
}

/// Who may; nobody where WeCom is missing.
fn asker(row: &Row) -> Option<Role> {
    ROLES.into_iter().find(|role| row.class.outcome(*role) == "ok")
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let described = |row: Row| {
        let spec = &document["paths"][row.path][row.method.to_lowercase()];
        assert!(spec.is_object(), "{} {} is not in the document", row.method, row.path);
        Operation { document, row, spec, validators: BTreeMap::new() }
    };
    routes().into_iter().map(described).collect()
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.spec["operationId"].as_str().expect("an id")
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let all = self.spec["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |parameter| parameter["in"] == place)
    }

    fn body_schema(&self) -> Option<(&str, &Value)> {
        let content = self.spec["requestBody"]["content"].as_object()?;
        content.iter().next().map(|(kind, content)| (kind.as_str(), self.resolved(&content["schema"])))
    }

    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
        name.map_or(schema, |name| &self.document["components"]["schemas"][name])
    }

    /// An input that the operation takes.
    fn good(&self, world: &World, ids: &Ids) -> Input {
        let query = if self.row.path == "/api/wecom/jssdk" { "?url=http://127.0.0.1/" } else { "" };
        let body = match (self.body_schema(), (self.row.body)(ids)) {
            (Some(("application/wasm", _)), _) => Some(("application/wasm", world.component())),
            (Some(("application/x-www-form-urlencoded", _)), _) => {
                Some(("application/x-www-form-urlencoded", b"name=wang".to_vec()))
            }
            (_, Value::Null) => None,
            (_, body) => Some(("application/json", body.to_string().into_bytes())),
        };
        Input { path: ids.fill(self.row.path), query: query.to_owned(), headers: Vec::new(), body }
    }

    /// Inputs that are nearly as good, each with one thing changed.
    fn bad(&self, good: &Input, ids: &Ids) -> Vec<Input> {
        let mut all = Vec::new();
        for nonsense in NONSENSE {
            for parameter in self.parameters("path") {
                let place = format!("{{{}}}", parameter["name"].as_str().expect("a name"));
                let path = ids.fill(&self.row.path.replace(&place, nonsense));
                all.push(Input { path, ..good.clone() });
            }
            for parameter in self.parameters("query") {
                let name = parameter["name"].as_str().expect("a name");
                all.push(Input { query: format!("?{name}={nonsense}"), ..good.clone() });
                all.push(Input { query: format!("?{name}={nonsense}&{name}=1&unknown=1"), ..good.clone() });
            }
        }
        for parameter in self.parameters("header") {
            for value in ["", "a b", &"x".repeat(65), "\u{e9}"] {
                let headers = vec![(parameter["name"].as_str().expect("a name").to_owned(), value.to_owned())];
                all.push(Input { headers, ..good.clone() });
            }
        }
        all.extend(self.bad_bodies(good).into_iter().map(|body| Input { body: Some(body), ..good.clone() }));
        all
    }

    fn bad_bodies(&self, good: &Input) -> Vec<(&'static str, Vec<u8>)> {
        let Some((kind, bytes)) = &good.body else { return vec![("application/json", b"{}".to_vec())] };
        let deep = "[".repeat(10_000).into_bytes();
        let raw = [b"".to_vec(), b"{".to_vec(), b"[]".to_vec(), b"7".to_vec(), b"null".to_vec(), vec![0xff; 9], deep];
        let mut all: Vec<_> = raw.into_iter().map(|bytes| (*kind, bytes)).collect();
        all.push(("text/plain", bytes.clone()));
        let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(bytes) else { return all };
        let (_, schema) = self.body_schema().expect("a body has a schema");
        let known = schema["properties"].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
        for name in known.unwrap_or_default().into_iter().chain(["unknown".to_owned()]) {
            let with = |value: Value| {
                let mut fields = fields.clone();
                fields.insert(name.clone(), value);
                ("application/json", Value::Object(fields).to_string().into_bytes())
            };
            let wrong = [json!(null), json!(-1), json!(1e300), json!(true), json!([[]]), json!({ "a": {} })];
            all.extend(wrong.map(with));
            all.extend(["", "\u{0}", "\u{202e}", &"长".repeat(9_000)].map(|text| with(json!(text))));
            let mut without = fields.clone();
            without.remove(&name);
            all.push(("application/json", Value::Object(without).to_string().into_bytes()));
        }
        all
    }

    async fn send(&self, who: &Caller, input: &Input) -> Answer {
        let path = format!("{}{}", input.path, input.query);
        if self.row.path.ends_with("/socket") {
            return who.knock(&path, None).await;
        }
        let mut request = who.request(self.row.method, &path);
        for (name, value) in &input.headers {
            request = request.header(name, value);
        }
        match &input.body {
            Some((kind, bytes)) => request.bytes(kind, bytes.clone()).send().await,
            None => request.send().await,
        }
    }

    /// The answer is one that the document has: its status, its kind, and its shape.
    fn judge(&mut self, input: &Input, answer: &Answer) {
        let what = format!("{} {input:?}: {} {:?}", self.id(), answer.status, String::from_utf8_lossy(answer.bytes()));
        assert!(answer.status < 500, "{what}");
        let (name, response) = match self.spec["responses"].get(answer.status.to_string()) {
            Some(response) => (answer.status.to_string(), response),
            None => ("default".to_owned(), self.spec["responses"].get("default").expect(&what)),
        };
        assert!(name != "default" || answer.status >= 400, "a success is not described: {what}");
        let base = |kind: &str| kind.split(';').next().unwrap_or_default().to_owned();
        let found = base(answer.header("content-type"));
        let documented = response["content"].as_object();
        let content = documented.and_then(|all| all.iter().find(|(kind, _)| base(kind) == found));
        let Some((kind, content)) = content else {
            let is_nothing = documented.is_none() && answer.bytes().is_empty();
            assert!(is_nothing, "`{found}` is not described: {what}");
            return;
        };
        if kind.ends_with("json") {
            let document = self.document;
            let validator = self.validators.entry(format!("{name} {kind}")).or_insert_with(|| {
                let mut schema = content["schema"].clone();
                schema["components"] = document["components"].clone();
                jsonschema::draft202012::new(&schema).expect("a schema")
            });
            let problems: Vec<String> = validator
                .iter_errors(&answer.json())
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(problems.is_empty(), "{problems:?}: {what}");
        }
    }
}

/// Drives one operation; gives how many requests it took.
async fn drive(world: &World, operation: &mut Operation<'_>) -> usize {
    let may = asker(&operation.row);
    let role = may.unwrap_or(Role::Owner);
    let stage = ids(world, &operation.row, role).await;
    let good = operation.good(world, &stage);
    let bad = operation.bad(&good, &stage);
    let anonymous = world.host.anonymous();
    for who in [anonymous.clone(), anonymous.with_bearer("no such token"), world.caller(Role::Stranger)] {
        let answer = operation.send(&who, &good).await;
        operation.judge(&good, &answer);
    }
    for input in &bad {
        let answer = operation.send(&world.caller(role), input).await;
        operation.judge(input, &answer);
    }
    let stage = ids(world, &operation.row, role).await;
    let good = operation.good(world, &stage);
    let answer = operation.send(&world.caller(role), &good).await;
    operation.judge(&good, &answer);
    let is_taken = operation.spec["responses"].get(answer.status.to_string()).is_some();
    assert_eq!(is_taken, may.is_some(), "{}: {good:?}: {answer:?}", operation.id());
    bad.len() + 4
}

#[tokio::test]
async fn every_operation_takes_what_the_document_says_and_answers_as_it_says() {
    let world = World::new().await;
    let document = world.host.anonymous().get("/api/openapi.json").await.ok(200);
    let mut sent = 0;
    for mut operation in operations(&document) {
        // What ends sessions is asked for by people of its own.
        let apart = if operation.row.path.starts_with("/auth/") { Some(World::new().await) } else { None };
        sent += drive(apart.as_ref().unwrap_or(&world), &mut operation).await;
    }
    assert!(sent > 1_000, "only {sent} requests: the document is read in another way now");
}
