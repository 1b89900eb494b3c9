//! The rows: what each route and each command takes, and who may have it.

use hezi::protocol::client::CommandKind;
use serde_json::{Value, json};

use super::fixture::{Before, Ids, Role};

/// Who may.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Class {
    /// Everybody, signed in or not.
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and is not kept out.
    Visitors,
    /// Members.
    Members,
    /// Members who have the word.
    Writers,
    /// Organizers.
    Organizers,
    /// Organizers, of what is somebody else's; a muted or other participant may do it with what is their own.
    Others,
    /// The owner.
    Owner,
    /// Administrators.
    Administrators,
    /// Nobody here: there is no WeCom behind this server, and the tests of WeCom have the row.
    WithoutWecom,
    /// Nobody at all, signed in or not, for the same reason.
    Absent,
}

impl Class {
    /// What comes of a request of this class.
    pub(crate) fn outcome(self, role: Role) -> &'static str {
        use Role::{Administrator, Muted, Nobody, Organizer, Owner, Participant, Removed};
        let is_member = matches!(role, Owner | Organizer | Participant | Muted);
        match (self, role) {
            (Self::Everybody, _) => "ok",
            (Self::Absent, _) => "not_found",
            (_, Nobody) => "not_signed_in",
            (Self::SignedIn, _) | (Self::Administrators, Administrator) => "ok",
            (Self::Administrators, _) => "not_admin",
            (Self::WithoutWecom, _) => "not_found",
            (Self::Visitors, Removed) => "kept_out",
            (Self::Visitors, _) => "ok",
            _ if !is_member => "not_member",
            (_, Owner) | (Self::Members, _) => "ok",
            (Self::Owner, _) => "denied",
            (_, Organizer) => "ok",
            (Self::Organizers, _) => "not_organizer",
            (Self::Others, _) => "denied",
            (Self::Writers, Muted) => "muted",
            (Self::Writers, _) => "ok",
        }
    }
}

/// A route or a command.
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// What is sent; null for nothing.
    pub(crate) body: fn(&Ids) -> Value,
    pub(crate) class: Class,
    pub(crate) before: Before,
}

fn none(_: &Ids) -> Value {
    Value::Null
}

fn member(ids: &Ids) -> Value {
    json!({ "member": ids.member })
}

fn row(method: &'static str, path: &'static str, class: Class, body: fn(&Ids) -> Value) -> Row {
    Row { method, path, body, class, before: Before::Nothing }
}

fn after(before: Before, row: Row) -> Row {
    Row { before, ..row }
}

/// Every route. What administrators do stands in the order in which one makes the next possible, and what ends sessions last.
pub(crate) fn routes() -> Vec<Row> {
    // Before there are activities, since a version that one of them uses is not removed.
    let mut rows = administration();
    rows.extend(everywhere());
    rows.extend(conferences());
    rows.extend(people());
    rows.extend(messages());
    rows.extend(activities());
    rows.push(row("POST", "/api/admin/plugins/{name}/disable", Class::Administrators, none));
    rows.extend(sessions());
    rows
}

fn everywhere() -> Vec<Row> {
    vec![
        row("GET", "/auth/login", Class::Everybody, none),
        row("GET", "/auth/callback", Class::Absent, none),
        row("GET", "/api/me", Class::SignedIn, none),
        row("GET", "/api/plugins", Class::SignedIn, none),
        row("GET", "/api/wecom/jssdk", Class::WithoutWecom, none),
        row("GET", "/health/live", Class::Everybody, none),
        row("GET", "/health/ready", Class::Everybody, none),
        row("GET", "/metrics", Class::Everybody, none),
    ]
}

fn conferences() -> Vec<Row> {
    let new = |_: &Ids| json!({ "title": "周会" });
    let change = |_: &Ids| json!({ "title": "年会", "locked": true });
    let invite = |_: &Ids| json!({ "members": ["zhang"] });
    vec![
        row("POST", "/api/conferences", Class::SignedIn, new),
        row("GET", "/api/conferences", Class::SignedIn, none),
        row("GET", "/api/conferences/{number}", Class::Visitors, none),
        row("PATCH", "/api/conferences/{number}", Class::Organizers, change),
        after(Before::Private, row("POST", "/api/conferences/{number}/key", Class::Organizers, none)),
        row("POST", "/api/conferences/{number}/copy", Class::Organizers, |_| json!({})),
        row("POST", "/api/conferences/{number}/join", Class::Visitors, none),
        row("POST", "/api/conferences/{number}/leave", Class::Members, none),
        row("POST", "/api/conferences/{number}/end", Class::Organizers, none),
        row("GET", "/api/conferences/{number}/journal", Class::Members, none),
        row("GET", "/api/conferences/{number}/qr", Class::Visitors, none),
        row("GET", "/api/conferences/{number}/socket", Class::Visitors, none),
        row("POST", "/api/conferences/{number}/invite", Class::WithoutWecom, invite),
    ]
}

fn people() -> Vec<Row> {
    vec![
        row("GET", "/api/conferences/{number}/members", Class::Members, none),
        row("POST", "/api/conferences/{number}/organizers", Class::Owner, member),
        after(
            Before::TargetOrganizer,
            row("DELETE", "/api/conferences/{number}/organizers/{member}", Class::Owner, none),
        ),
        row("POST", "/api/conferences/{number}/owner", Class::Owner, member),
        row("POST", "/api/conferences/{number}/mutes", Class::Organizers, member),
        after(Before::TargetMuted, row("DELETE", "/api/conferences/{number}/mutes/{member}", Class::Organizers, none)),
        row("POST", "/api/conferences/{number}/removals", Class::Organizers, member),
        row("GET", "/api/conferences/{number}/removals", Class::Organizers, none),
        after(
            Before::TargetRemoved,
            row("DELETE", "/api/conferences/{number}/removals/{member}", Class::Organizers, none),
        ),
    ]
}

fn messages() -> Vec<Row> {
    let say = |ids: &Ids| json!({ "text": "大家好", "reply_to": ids.message });
    let reaction = |_: &Ids| json!({ "reaction": "👍" });
    let notice = |_: &Ids| json!({ "text": "休息十分钟" });
    vec![
        row("POST", "/api/conferences/{number}/messages", Class::Writers, say),
        row("DELETE", "/api/conferences/{number}/messages/{message}", Class::Others, none),
        row("POST", "/api/conferences/{number}/messages/{message}/reactions", Class::Writers, reaction),
        after(
            Before::Reacted,
            row("DELETE", "/api/conferences/{number}/messages/{message}/reactions/{reaction}", Class::Writers, none),
        ),
        row("PUT", "/api/conferences/{number}/messages/{message}/wall", Class::Organizers, none),
        after(
            Before::PutUp,
            row("DELETE", "/api/conferences/{number}/messages/{message}/wall", Class::Organizers, none),
        ),
        row("PUT", "/api/conferences/{number}/notice", Class::Organizers, notice),
        after(Before::Noticed, row("DELETE", "/api/conferences/{number}/notice", Class::Organizers, none)),
    ]
}

fn activities() -> Vec<Row> {
    let new = |_: &Ids| json!({ "plugin": "vote", "config": { "question": "?", "options": ["A", "B"] } });
    let config = |_: &Ids| json!({ "config": { "question": "!", "options": ["A", "B"] } });
    let act = |_: &Ids| json!({ "choose": ["A"] });
    vec![
        row("POST", "/api/conferences/{number}/activities", Class::Organizers, new),
        row("GET", "/api/conferences/{number}/activities", Class::Members, none),
        row("GET", "/api/activities/{id}", Class::Members, none),
        after(Before::Drafted, row("POST", "/api/activities/{id}/open", Class::Organizers, none)),
        row("GET", "/api/activities/{id}/config", Class::Organizers, none),
        after(Before::Drafted, row("PUT", "/api/activities/{id}/config", Class::Organizers, config)),
        after(Before::Drafted, row("DELETE", "/api/activities/{id}", Class::Organizers, none)),
        row("POST", "/api/activities/{id}/close", Class::Organizers, none),
        row("PUT", "/api/activities/{id}/schedule", Class::Organizers, |_| json!({ "open_for_ms": 3_600_000 })),
        row("POST", "/api/activities/{id}/actions", Class::Members, act),
        row("GET", "/api/activities/{id}/report", Class::Organizers, none),
    ]
}

fn administration() -> Vec<Row> {
    let version = |_: &Ids| json!({ "version": "0.1.7" });
    vec![
        row("PUT", "/api/admin/plugins", Class::Administrators, none),
        row("POST", "/api/admin/plugins/{name}/activate", Class::Administrators, version),
        row("GET", "/api/admin/plugins", Class::Administrators, none),
        row("GET", "/api/admin/plugins/{name}", Class::Administrators, none),
        row("POST", "/api/admin/plugins/{name}/rollback", Class::Administrators, none),
        row("GET", "/api/admin/plugins/{name}/{version}", Class::Administrators, none),
        row("DELETE", "/api/admin/plugins/{name}/{version}", Class::Administrators, none),
        row("GET", "/api/admin/audit", Class::Administrators, none),
    ]
}

/// What ends the session that somebody asks with.
fn sessions() -> Vec<Row> {
    let dev = |_: &Ids| json!({ "name": "小王" });
    vec![
        row("POST", "/auth/login", Class::Everybody, none),
        row("POST", "/auth/dev", Class::Everybody, dev),
        row("POST", "/auth/logout", Class::Everybody, none),
    ]
}

/// A command of the socket: what is sent besides `type` and `id`.
pub(crate) fn command_row(kind: CommandKind) -> Row {
    let of = |class: Class, before: Before, body: fn(&Ids) -> Value| Row {
        method: "socket",
        path: kind.as_str(),
        body,
        class,
        before,
    };
    match kind {
        CommandKind::Chat => of(Class::Writers, Before::Nothing, |_| json!({ "text": "大家好" })),
        CommandKind::Act => of(
            Class::Members,
            Before::Nothing,
            |ids| json!({ "activity": ids.activity, "action": { "choose": ["A"] } }),
        ),
        CommandKind::Watch | CommandKind::Unwatch => {
            of(Class::Members, Before::Nothing, |ids| json!({ "activity": ids.activity }))
        }
        CommandKind::Delete => of(Class::Others, Before::Nothing, |ids| json!({ "message": ids.message })),
        CommandKind::React => {
            of(Class::Writers, Before::Nothing, |ids| json!({ "message": ids.message, "reaction": "👍" }))
        }
        CommandKind::Unreact => {
            of(Class::Writers, Before::Reacted, |ids| json!({ "message": ids.message, "reaction": "👍" }))
        }
        CommandKind::PutUp => of(Class::Organizers, Before::Nothing, |ids| json!({ "message": ids.message })),
        CommandKind::TakeDown => of(Class::Organizers, Before::PutUp, |ids| json!({ "message": ids.message })),
        CommandKind::Pin => of(Class::Organizers, Before::Nothing, |_| json!({ "text": "休息" })),
        CommandKind::Unpin => of(Class::Organizers, Before::Noticed, |_| json!({})),
        CommandKind::Mute => of(Class::Organizers, Before::Nothing, member),
        CommandKind::Unmute => of(Class::Organizers, Before::TargetMuted, member),
        CommandKind::Remove => of(Class::Organizers, Before::Nothing, member),
        CommandKind::Readmit => of(Class::Organizers, Before::TargetRemoved, member),
        CommandKind::Appoint => of(Class::Owner, Before::Nothing, member),
        CommandKind::Dismiss => of(Class::Owner, Before::TargetOrganizer, member),
        CommandKind::HandOver => of(Class::Owner, Before::Nothing, member),
        CommandKind::Change => of(Class::Organizers, Before::Nothing, |_| json!({ "changes": { "title": "年会" } })),
        CommandKind::Rekey => of(Class::Organizers, Before::Private, |_| json!({})),
    }
}
