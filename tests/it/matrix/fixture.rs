//! Nine people, and a conference for each row of the matrix in which each of them is what their role says.

use hezi_tests::{Activity, Caller, Conference, Host, Launch, User, plugin};
use serde_json::json;

use crate::plugins::with_version;

/// Those who ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Organizer,
    Participant,
    Muted,
    Removed,
    Stranger,
    OtherOrganizer,
    Administrator,
    Nobody,
}

pub(crate) const ROLES: [Role; 9] = [
    Role::Owner,
    Role::Organizer,
    Role::Participant,
    Role::Muted,
    Role::Removed,
    Role::Stranger,
    Role::OtherOrganizer,
    Role::Administrator,
    Role::Nobody,
];

/// What was done before a request, so that it can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Nothing,
    TargetMuted,
    TargetRemoved,
    TargetOrganizer,
    Noticed,
    Private,
    Drafted,
    /// Whoever may ask has reacted to the message.
    Reacted,
    /// The message is on the wall.
    PutUp,
}

/// A server and the people.
pub(crate) struct World {
    pub(crate) host: Host,
    people: Vec<(Role, User)>,
    target: User,
}

impl World {
    pub(crate) async fn new() -> Self {
        let launch = Launch::new()
            .set("admin.users", "[\"admin\"]")
            .set("limits.person.open_conferences", 1_000)
            .set("limits.person.conferences_per_hour", 10_000)
            .set("limits.person.rejoins_per_minute", 10_000)
            .set("limits.person.wrong_numbers_per_minute", 100_000)
            .set("limits.address.wrong_numbers_per_minute", 100_000)
            .set("limits.address.wrong_tokens_per_minute", 100_000);
        let host = launch.start().await;
        let mut people = Vec::new();
        for role in ROLES.into_iter().filter(|role| *role != Role::Nobody) {
            let id = if role == Role::Administrator { "admin".to_owned() } else { format!("{role:?}").to_lowercase() };
            people.push((role, host.person(&id, &id).await));
        }
        let target = host.person("target", "小张").await;
        let world = Self { host, people, target };
        world.user(Role::OtherOrganizer).expect("somebody").create_conference("别的会").await;
        world
    }

    /// The person of a role; none for nobody.
    pub(crate) fn user(&self, role: Role) -> Option<&User> {
        self.people.iter().find(|(other, _)| *other == role).map(|(_, user)| user)
    }

    /// Whoever asks in this role.
    pub(crate) fn caller(&self, role: Role) -> Caller {
        self.user(role).map_or_else(|| self.host.anonymous(), |user| Caller::clone(user))
    }

    fn some(&self, role: Role) -> &User {
        self.user(role).expect("somebody")
    }

    /// The version that rows name is there and stands before another one: active, or beside it so that it can be removed.
    pub(crate) async fn stand_by_versions(&self, is_beside: bool) {
        let admin = self.host.administrator();
        let shipped = admin.get("/api/admin/plugins/vote").await.ok(200);
        let versions = shipped["versions"].as_array().expect("versions");
        let other = versions.iter().map(|version| &version["version"]).find(|version| *version != "0.1.7");
        admin.upload_inactive(self.component()).await;
        admin.post("/api/admin/plugins/vote/activate", &json!({ "version": other })).await.ok(200);
        if !is_beside {
            admin.post("/api/admin/plugins/vote/activate", &json!({ "version": "0.1.7" })).await.ok(200);
        }
    }

    /// A component that is not there yet.
    pub(crate) fn component(&self) -> Vec<u8> {
        with_version(&plugin("vote"), "0.1.7")
    }
}

/// A conference in which everybody is what they are.
pub(crate) struct Fixture {
    room: Conference,
    activity: Activity,
    message: u64,
}

/// What requests name.
pub(crate) struct Ids {
    pub(crate) number: String,
    pub(crate) activity: String,
    pub(crate) member: String,
    pub(crate) message: u64,
}

impl Ids {
    /// Of a row that is about no conference.
    pub(crate) fn of_nothing() -> Self {
        let none = String::new();
        Self { number: none.clone(), activity: none.clone(), member: none, message: 0 }
    }

    /// A path with these in it.
    pub(crate) fn fill(&self, path: &str) -> String {
        path.replace("{number}", &self.number)
            .replace("{id}", &self.activity)
            .replace("{member}", &self.member)
            .replace("{message}", &self.message.to_string())
            .replace("{reaction}", "%F0%9F%91%8D")
            .replace("{name}", "vote")
            .replace("{version}", "0.1.7")
    }
}

impl Fixture {
    /// A conference for a row; `asker` is who will succeed.
    pub(crate) async fn new(world: &World, before: Before, asker: Role) -> Self {
        let owner = world.some(Role::Owner);
        let room = owner.create_conference("周会").await;
        for role in [Role::Organizer, Role::Participant, Role::Muted, Role::Removed] {
            world.some(role).post_empty(&room.path("/join")).await.ok(200);
        }
        world.target.post_empty(&room.path("/join")).await.ok(200);
        owner.appoint(&room.number, world.some(Role::Organizer)).await;
        let about = |role: Role| json!({ "member": world.some(role).id });
        owner.post(&room.path("/mutes"), &about(Role::Muted)).await.ok(200);
        owner.post(&room.path("/removals"), &about(Role::Removed)).await.ok(200);
        let said = world.target.post(&room.path("/messages"), &json!({ "text": "你好" })).await.ok(200);
        let message = said["seq"].as_u64().expect("a place");
        let config = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
        let activity = match before {
            Before::Drafted => owner.draft(&room.number, "vote", config).await,
            _ => owner.open(&room.number, "vote", config).await,
        };
        let fixture = Self { room, activity, message };
        fixture.prepare(world, before, asker).await;
        fixture
    }

    async fn prepare(&self, world: &World, before: Before, asker: Role) {
        let (owner, target) = (world.some(Role::Owner), json!({ "member": world.target.id }));
        match before {
            Before::Nothing | Before::Drafted => {}
            Before::TargetMuted => drop(owner.post(&self.room.path("/mutes"), &target).await.ok(200)),
            Before::TargetRemoved => drop(owner.post(&self.room.path("/removals"), &target).await.ok(200)),
            Before::TargetOrganizer => owner.appoint(&self.room.number, &world.target).await,
            Before::Noticed => {
                let request = owner.request("PUT", &self.room.path("/notice")).json(&json!({ "text": "休息" }));
                request.send().await.ok(200);
            }
            Before::PutUp => {
                let path = self.room.path(&format!("/messages/{}/wall", self.message));
                owner.request("PUT", &path).send().await.ok(200);
            }
            Before::Private => {
                let request = owner.request("PATCH", &self.room.path("")).json(&json!({ "private": true }));
                request.send().await.ok(200);
            }
            Before::Reacted => {
                let path = self.room.path(&format!("/messages/{}/reactions", self.message));
                world.some(asker).post(&path, &json!({ "reaction": "👍" })).await.ok(200);
            }
        }
    }

    /// Locks the door.
    pub(crate) async fn lock(&self, world: &World) {
        let owner = world.some(Role::Owner);
        owner.request("PATCH", &self.room.path("")).json(&json!({ "locked": true })).send().await.ok(200);
    }

    pub(crate) fn ids(&self, world: &World) -> Ids {
        Ids {
            number: self.room.number.clone(),
            activity: self.activity.id.clone(),
            member: world.target.id.clone(),
            message: self.message,
        }
    }

    /// Whether this role is a member.
    pub(crate) fn has_member(&self, role: Role) -> bool {
        matches!(role, Role::Owner | Role::Organizer | Role::Participant | Role::Muted)
    }

    /// A message that somebody has just written.
    pub(crate) async fn message_of(&self, world: &World, role: Role) -> u64 {
        let said = world.some(role).post(&self.room.path("/messages"), &json!({ "text": "我的" })).await.ok(200);
        said["seq"].as_u64().expect("a place")
    }

    /// How long the journal is; nothing where there is no conference.
    pub(crate) async fn journal_len(fixture: Option<&Self>, world: &World) -> usize {
        match fixture {
            Some(fixture) => world.some(Role::Owner).journal(&fixture.room.number).await.len(),
            None => 0,
        }
    }
}
