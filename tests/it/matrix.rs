//! Who may do what: every role on every route of the OpenAPI document, and with every command of the socket.
//!
//! A cell is a role and a request. Those who are refused ask first, and after them the very same request, with the same ids and
//! the same body, is sent by somebody who may: so no refusal comes from a request that could never have succeeded.
//!
//! # Invariants
//! * A route of the document, or a kind of command, that has no row here fails the test.
//! * What was refused has changed nothing: the journal is as long as it was.

pub(crate) mod fixture;
pub(crate) mod rows;

use std::collections::BTreeSet;

use hezi::protocol::client::CommandKind;
use serde_json::{Value, json};

use self::fixture::{Before, Fixture, Ids, ROLES, Role, World};
use self::rows::{Row, command_row, routes};

/// What comes of a cell: `ok`, or the code of the problem.
type Outcome = String;

/// What a row gives to each role.
fn expected(row: &Row, role: Role) -> &'static str {
    row.class.outcome(role)
}

async fn ask(world: &World, ids: &Ids, row: &Row, role: Role) -> Outcome {
    let path = match row.path {
        "/api/wecom/jssdk" => format!("{}?url=http://127.0.0.1/", row.path),
        path => ids.fill(path),
    };
    let caller = world.caller(role);
    if row.path.ends_with("/socket") {
        let answer = caller.knock(&path, None).await;
        return if answer.status == 101 { "ok".into() } else { code(&answer.json()) };
    }
    let request = caller.request(row.method, &path);
    let request = match ((row.method, row.path), (row.body)(ids)) {
        (("PUT", "/api/admin/plugins"), _) => request.bytes("application/wasm", world.component()),
        (("POST", "/auth/login"), _) => request.bytes("application/x-www-form-urlencoded", "name=wang&return_to=/"),
        (_, Value::Null) => request,
        (_, body) => request.json(&body),
    };
    let answer = request.send().await;
    match answer.status {
        200..400 => "ok".into(),
        _ => code(&answer.json()),
    }
}

fn code(problem: &Value) -> Outcome {
    problem["code"].as_str().unwrap_or("no code").to_owned()
}

/// A conference for a row that is about one.
pub(crate) async fn fixture_for(world: &World, row: &Row, asker: Role) -> Option<Fixture> {
    let is_about_one = row.path.contains("/conferences/{") || row.path.contains("/activities/{");
    if is_about_one { Some(Fixture::new(world, row.before, asker).await) } else { None }
}

/// What is not as it should be in a row.
async fn complaints(world: &World, row: &Row) -> Vec<String> {
    let mut complaints = Vec::new();
    let (allowed, refused): (Vec<Role>, Vec<Role>) = ROLES.into_iter().partition(|role| expected(row, *role) == "ok");
    for (nth, asker) in allowed.iter().copied().map(Some).chain(allowed.is_empty().then_some(None)).enumerate() {
        let fixture = fixture_for(world, row, asker.unwrap_or(Role::Owner)).await;
        let ids = fixture.as_ref().map_or_else(Ids::of_nothing, |fixture| fixture.ids(world));
        // Those who are refused ask in the first fixture: what they ask for is what is granted then.
        let before = Fixture::journal_len(fixture.as_ref(), world).await;
        for role in refused.iter().filter(|_| nth == 0) {
            check(&mut complaints, row, *role, &ask(world, &ids, row, *role).await);
        }
        if Fixture::journal_len(fixture.as_ref(), world).await != before {
            complaints.push(format!("{} {}: what was refused has changed something", row.method, row.path));
        }
        if let Some(asker) = asker {
            check(&mut complaints, row, asker, &ask(world, &ids, row, asker).await);
        }
    }
    complaints
}

fn check(complaints: &mut Vec<String>, row: &Row, role: Role, came: &str) {
    let wanted = expected(row, role);
    if came != wanted {
        complaints.push(format!("{} {} as {role:?}: {came}, not {wanted}", row.method, row.path));
    }
}

#[tokio::test]
async fn every_role_gets_what_is_theirs_on_every_route() {
    let world = World::new().await;
    let document = world.host.anonymous().get("/api/openapi.json").await.ok(200);
    let rows = routes();
    let mut missing = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let is_there = |row: &Row| row.path == path && row.method.eq_ignore_ascii_case(method);
            if !rows.iter().any(is_there) {
                missing.insert(format!("{method} {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "routes that have no row in tests/it/matrix/rows.rs: {missing:#?}");

    let mut all = Vec::new();
    for row in &rows {
        // What ends sessions is asked for by people of its own.
        let apart = if row.path.starts_with("/auth/") { Some(World::new().await) } else { None };
        all.extend(complaints(apart.as_ref().unwrap_or(&world), row).await);
    }
    assert!(all.is_empty(), "{all:#?}");
}

#[tokio::test]
async fn every_role_gets_what_is_theirs_with_every_command() {
    let world = World::new().await;
    let mut all = Vec::new();
    for kind in CommandKind::ALL {
        all.extend(command_complaints(&world, *kind).await);
    }
    assert!(all.is_empty(), "{all:#?}");
}

/// What is not as it should be with a command of the socket. The door is locked, so that who is no member does not become one
/// by connecting.
async fn command_complaints(world: &World, kind: CommandKind) -> Vec<String> {
    let row = command_row(kind);
    let mut complaints = Vec::new();
    let allowed = ROLES.into_iter().filter(|role| row.class.outcome(*role) == "ok");
    for (nth, role) in allowed.enumerate() {
        let fixture = Fixture::new(world, row.before, role).await;
        fixture.lock(world).await;
        let before = Fixture::journal_len(Some(&fixture), world).await;
        for refused in ROLES.into_iter().filter(|role| nth == 0 && row.class.outcome(*role) != "ok") {
            let (came, wanted) = (command(world, &fixture, kind, refused).await, row.class.outcome(refused));
            let wanted = match refused {
                Role::Removed => "kept_out",
                Role::Stranger | Role::OtherOrganizer | Role::Administrator if row.before == Before::Private => {
                    "key_needed"
                }
                Role::Stranger | Role::OtherOrganizer | Role::Administrator => "locked",
                _ => wanted,
            };
            if came != wanted {
                complaints.push(format!("{} as {refused:?}: {came}, not {wanted}", kind.as_str()));
            }
        }
        if nth == 0 && Fixture::journal_len(Some(&fixture), world).await != before {
            complaints.push(format!("{}: what was refused has changed something", kind.as_str()));
        }
        let came = command(world, &fixture, kind, role).await;
        if came != "ok" {
            complaints.push(format!("{} as {role:?}: {came}, not ok", kind.as_str()));
        }
    }
    complaints
}

/// Sends a command over a socket, or says why there is none.
async fn command(world: &World, fixture: &Fixture, kind: CommandKind, role: Role) -> Outcome {
    let ids = fixture.ids(world);
    let path = ids.fill("/api/conferences/{number}/socket");
    if !fixture.has_member(role) {
        let answer = world.caller(role).knock(&path, None).await;
        return code(&answer.json());
    }
    let user = world.user(role).expect("a member is somebody");
    let mut socket = user.connect(&ids.number).await;
    let mut frame = (command_row(kind).body)(&ids);
    frame["type"] = json!(kind.as_str());
    frame["id"] = json!(format!("{}-{role:?}", kind.as_str()));
    let id = frame["id"].as_str().expect("an id").to_owned();
    socket.send(&frame).await;
    let reply = socket.reply(&id).await;
    if reply.is_ok() { "ok".into() } else { reply.error().to_owned() }
}

#[tokio::test]
async fn an_author_deletes_their_own_message_over_each_road() {
    let world = World::new().await;
    for role in [Role::Participant, Role::Muted] {
        let fixture = Fixture::new(&world, Before::Nothing, role).await;
        let ids = fixture.ids(&world);
        let (own, user) = (fixture.message_of(&world, Role::Participant).await, world.user(Role::Participant));
        let author = user.expect("the participant");
        author.delete(&ids.fill(&format!("/api/conferences/{{number}}/messages/{own}"))).await.ok(200);
        let other = fixture.message_of(&world, Role::Participant).await;
        let mut socket = author.connect(&ids.number).await;
        socket.send(&json!({ "type": "delete", "id": "d1", "message": other })).await;
        socket.reply("d1").await.ok();
    }
}
