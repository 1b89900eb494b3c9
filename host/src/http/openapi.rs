//! The description of the interface, as OpenAPI 3.1: its head, and the shapes that other modules own.
//!
//! Routes describe themselves where they are. The shapes here mirror types of lower ranks, which know nothing of OpenAPI;
//! a test compares them with what is really sent.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, RefOr, ResponseBuilder, response};
use utoipa::{IntoResponses, Modify, OpenApi as _, ToSchema};

use super::error::ProblemBody;

/// The finished document.
#[derive(Clone)]
pub(super) struct Document(Bytes);

impl Document {
    /// The document as JSON, rendered once.
    pub(super) fn of(api: &OpenApi) -> Self {
        let json = api.to_json().unwrap_or_else(|error| {
            tracing::error!(%error, "the description of the interface cannot be rendered");
            "{}".to_owned()
        });
        Self(json.into())
    }

    /// The document as an answer.
    pub(super) fn answer(&self) -> std::future::Ready<Response> {
        std::future::ready(([(CONTENT_TYPE, "application/json")], self.0.clone()).into_response())
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Hezi",
        description = "Live meetings inside WeCom, with activities as WebAssembly plugins. Errors are RFC 9457 problem \
                       documents; `code` is for programs. What changes something takes a session and, from a browser, \
                       the site's own origin."
    ),
    components(schemas(ProblemBody)),
    security(("session" = []), ("bearer" = [])),
    modifiers(&Securities)
)]
struct Head;

struct Securities;

impl Modify for Securities {
    fn modify(&self, api: &mut OpenApi) {
        let components = api.components.get_or_insert_default();
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("hezi_session", "set by signing in"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("a session's token, or, for administrators, the configured one"))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The document before any route is in it.
pub(super) fn head() -> OpenApi {
    Head::openapi()
}

/// What every route may answer instead: a problem document.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<response::Response>> {
        let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"));
        let content: Content = ContentBuilder::new().schema(Some(schema)).build();
        let problem = ResponseBuilder::new().description("a problem").content("application/problem+json", content);
        BTreeMap::from([("default".to_owned(), problem.build().into())])
    }
}

/// Somebody, as others see them.
#[derive(ToSchema)]
#[schema(as = Person)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct PersonShape {
    /// Who.
    id: String,
    /// The name to show.
    name: String,
}

/// A conference.
#[derive(ToSchema)]
#[schema(as = Conference)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct ConferenceShape {
    /// Its identity for good.
    id: String,
    /// Its number while it is open: five digits.
    #[schema(example = "00042")]
    number: String,
    /// What it is about.
    title: String,
    /// Who made it.
    owner: PersonShape,
    /// Whether people from outside may join as guests.
    guests: bool,
    /// `open` or `ended`.
    state: String,
    /// Where to join.
    join_url: String,
    /// When it was made, RFC 3339.
    created_at: String,
    /// When it ended, RFC 3339.
    ended_at: Option<String>,
}

/// A member of a conference.
#[derive(ToSchema)]
#[schema(as = Member)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct MemberShape {
    /// Who.
    id: String,
    /// The name to show.
    name: String,
    /// `participant` or `organizer`.
    role: String,
    /// When they joined, RFC 3339.
    joined_at: String,
}

/// An entry of the journal: one thing that happened.
#[derive(ToSchema)]
#[schema(as = Entry)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct EntryShape {
    /// Its place in the order.
    seq: u64,
    /// When, RFC 3339.
    at: String,
    /// What: `joined`, `left`, `appointed`, `renamed`, `chat`, `activity`, `emit`, `acted`, `ran` or `ended`. It says
    /// which of the other members there are.
    kind: String,
    /// Who said something.
    from: Option<PersonShape>,
    /// Whom it is about.
    who: Option<PersonShape>,
    /// What was said.
    text: Option<String>,
    /// The activity: its id, or what it is after a change.
    activity: Option<Value>,
    /// `created`, `opened`, `closed` or `faulted`.
    change: Option<String>,
    /// What the activity said.
    event: Option<Value>,
}

/// An activity.
#[derive(ToSchema)]
#[schema(as = Activity)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct ActivityShape {
    /// Which.
    id: String,
    /// Name of its plugin.
    plugin: String,
    /// Version of the plugin that it runs on.
    version: String,
    /// `draft`, `open` or `closed`.
    phase: String,
    /// Title to show.
    title: String,
    /// What is to be seen: an object with `blocks`, each with its `type`.
    view: Option<Value>,
    /// The last entry that the view stands for.
    as_of: Option<u64>,
}

/// A kind of activity.
#[derive(ToSchema)]
#[schema(as = Plugin)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct PluginShape {
    /// Its name.
    name: String,
    /// The active version.
    version: String,
    /// Title for people.
    title: String,
    /// One sentence for people.
    summary: String,
    /// JSON Schema of the configuration.
    config_schema: Value,
    /// JSON Schema of an action.
    action_schema: Value,
    /// JSON Schema of a reply.
    reply_schema: Value,
    /// JSON Schema of emitted events.
    event_schema: Value,
}

/// A version of a plugin.
#[derive(ToSchema)]
#[schema(as = PluginVersion)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct PluginVersionShape {
    /// Name of the plugin.
    name: String,
    /// The version.
    version: String,
    /// SHA-256 of the component, in hex.
    hash: String,
    /// Size of the component in bytes.
    size_bytes: u64,
    /// Whether new calls go to it.
    active: bool,
    /// When it was stored, RFC 3339.
    stored_at: String,
    /// When it last became the active version, RFC 3339; absent if it never was.
    activated_at: Option<String>,
    /// Whether it is out of service because it kept faulting.
    quarantined: bool,
    /// Numbers since the server started; absent if it was not needed yet.
    counters: Option<Value>,
    /// The last log lines, oldest first.
    log: Option<Vec<Value>>,
}

/// A plugin with all its versions.
#[derive(ToSchema)]
#[schema(as = PluginStatus)]
#[expect(dead_code, reason = "describes what another module sends")]
pub(super) struct PluginStatusShape {
    /// Its name.
    name: String,
    /// The active version; absent when it is switched off.
    active: Option<String>,
    /// All versions.
    versions: Vec<PluginVersionShape>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Serialize;
    use utoipa::PartialSchema;

    use super::*;
    use crate::domain::conference::{Conference, ConferenceState};
    use crate::domain::id::{ActivityId, ConferenceId, Number, UserId};
    use crate::domain::member::Person;
    use crate::plugin::{PluginStatus, PluginSummary};
    use crate::protocol::server::{ActivityView, ConferenceView};

    fn described<S: PartialSchema>() -> BTreeSet<String> {
        let schema = serde_json::to_value(S::schema()).expect("a schema");
        schema["properties"].as_object().expect("an object").keys().cloned().collect()
    }

    fn sent<T: Serialize>(value: &T) -> BTreeSet<String> {
        let value = serde_json::to_value(value).expect("JSON");
        value.as_object().expect("an object").keys().cloned().collect()
    }

    #[test]
    fn the_shapes_are_what_is_sent() {
        let conference = Conference {
            id: ConferenceId::parse("c1").expect("an id"),
            number: Number::parse("00042").expect("a number"),
            title: "t".into(),
            owner: Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() },
            guests: false,
            state: ConferenceState::Ended,
            created_at_ms: 1,
            ended_at_ms: Some(2),
        };
        assert_eq!(sent(&conference.owner), described::<PersonShape>());
        assert_eq!(sent(&ConferenceView::new(&conference, "http://x")), described::<ConferenceShape>());
        let activity = ActivityView {
            id: ActivityId::parse("a1").expect("an id"),
            plugin: "vote".into(),
            version: "1.0.0".into(),
            phase: crate::domain::activity::Phase::Open,
            title: "t".into(),
            view: serde_json::value::RawValue::from_string("{}".into()).ok(),
            as_of: Some(1),
        };
        assert_eq!(sent(&activity), described::<ActivityShape>());
        let text = || "x".to_owned();
        let plugin = PluginSummary {
            name: text(),
            version: text(),
            title: text(),
            summary: text(),
            config_schema: Value::Null,
            action_schema: Value::Null,
            reply_schema: Value::Null,
            event_schema: Value::Null,
        };
        assert_eq!(sent(&plugin), described::<PluginShape>());
        let status = PluginStatus { name: text(), active: Some(text()), versions: Vec::new() };
        assert_eq!(sent(&status), described::<PluginStatusShape>());
    }

    #[test]
    fn the_head_says_how_to_sign_in() {
        let head = serde_json::to_value(head()).expect("JSON");
        assert_eq!(head["info"]["title"], "Hezi");
        let schemes = head["components"]["securitySchemes"].as_object().expect("schemes");
        assert!(schemes.contains_key("session") && schemes.contains_key("bearer"));
    }
}
