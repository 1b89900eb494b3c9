//! The description of the interface, as OpenAPI 3.1: its head, and what all routes have in common.
//!
//! Routes describe themselves where they are, and shapes are derived from the very types that are sent and received.
//!
//! # Invariants
//! * The document is whole: whatever it refers to is in it, and every route says what it answers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Content, ContentBuilder, KnownFormat, ObjectBuilder, OpenApi, RefOr, ResponseBuilder, Schema, SchemaFormat, Type,
    response,
};
use utoipa::{IntoResponses, Modify, OpenApi as _, PartialSchema, ToSchema};

use super::error::ProblemBody;
use crate::protocol::client::ClientMessage;
use crate::protocol::server::Frame;

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
    components(schemas(ProblemBody, ClientMessage, Frame<'static>)),
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

/// Bytes that are no text. Nothing but a description: there is no value of it.
pub(super) enum Binary {}

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build().into()
    }
}

impl ToSchema for Binary {
    fn name() -> Cow<'static, str> {
        "Binary".into()
    }
}

/// What every route may answer instead: a problem document.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<response::Response>> {
        BTreeMap::from([("default".to_owned(), problem_document().build().into())])
    }
}

/// What a route that people look at may answer instead: a problem document, or a page that says the same.
pub(super) struct ProblemPages;

impl IntoResponses for ProblemPages {
    fn responses() -> BTreeMap<String, RefOr<response::Response>> {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let page: Content = ContentBuilder::new().schema(Some(RefOr::T(text.into()))).build();
        BTreeMap::from([("default".to_owned(), problem_document().content("text/html", page).build().into())])
    }
}

fn problem_document() -> ResponseBuilder {
    let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"));
    let content: Content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description("a problem").content("application/problem+json", content)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use axum::Router;
    use serde_json::Value;

    use super::*;
    use crate::http::{AppState, interface};
    use crate::protocol::code::Code;

    fn document() -> Value {
        serde_json::to_value(interface().into_openapi()).expect("JSON")
    }

    /// Every operation under its method and path.
    fn operations(document: &Value) -> BTreeMap<String, &Value> {
        let mut operations = BTreeMap::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                operations.insert(format!("{} {path}", method.to_uppercase()), operation);
            }
        }
        operations
    }

    /// What a router serves, as only its debugging output tells.
    fn served(router: &Router<AppState>) -> BTreeSet<String> {
        let (mut methods, mut paths) = (BTreeMap::new(), BTreeMap::new());
        let text = format!("{router:?}");
        let own = text.split("fallback_router").next().unwrap_or_default();
        for (id, what) in own.split("RouteId(").skip(1).filter_map(|part| part.split_once("): ")) {
            let quoted =
                |mark: &str| what.split_once(mark).and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
            if what.starts_with('"') {
                paths.extend(quoted("\"").map(|path| (id, path)));
            } else {
                methods.extend(quoted("allow_header: Bytes(b\"").map(|methods| (id, methods)));
            }
        }
        let of_path = |(id, path): (&str, String)| {
            let methods = methods[id].split(',').filter(|method| *method != "HEAD");
            methods.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
        };
        paths.into_iter().flat_map(of_path).collect()
    }

    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn the_head_says_how_to_sign_in() {
        let head = serde_json::to_value(head()).expect("JSON");
        assert_eq!(head["info"]["title"], "Hezi");
        let schemes = head["components"]["securitySchemes"].as_object().expect("schemes");
        assert!(schemes.contains_key("session") && schemes.contains_key("bearer"));
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let (router, _) = interface().split_for_parts();
        let served = served(&router);
        assert!(served.len() > 30 && served.contains("GET /api/conferences"), "read in another way now: {served:?}");
        let document = document();
        assert_eq!(operations(&document).into_keys().collect::<BTreeSet<_>>(), served);
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_what_it_does_and_answers() {
        let document = document();
        let mut names = BTreeSet::new();
        for (place, operation) in operations(&document) {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(names.insert(name.to_owned()), "{place}: `{name}` is another one's name");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{place}");
            let responses = operation["responses"].as_object().expect("responses");
            for (status, response) in responses {
                let said = response["description"].as_str().expect("a description");
                assert!(!said.is_empty(), "{place}: {status} is not described");
            }
            assert!(responses.keys().any(|status| status.starts_with(['1', '2', '3'])), "{place}: it never works");
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_schema_is_referred_to() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        // What goes over the socket no route of this description refers to.
        let frames = ["ClientMessage", "ServerFrame"].map(str::to_owned);
        let path = |name: &String| format!("#/components/schemas/{name}");
        let there: BTreeSet<String> = schemas.keys().map(path).collect();
        let found = found.into_iter().map(str::to_owned).chain(frames.iter().map(path));
        assert_eq!(found.collect::<BTreeSet<_>>(), there);
    }

    #[test]
    fn only_who_signs_in_and_who_operates_need_no_session() {
        let document = document();
        let is_public = |operation: &Value| operation["security"].as_array().is_some_and(Vec::is_empty);
        for (place, operation) in operations(&document) {
            let is_open = ["/auth/", "/health/", "/metrics"].iter().any(|folder| place.contains(folder));
            assert_eq!(is_public(operation), is_open, "{place}");
        }
    }

    #[test]
    fn words_that_are_few_are_listed() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(schemas["Code"]["enum"], serde_json::json!(codes));
        for (name, words) in [
            ("ConferenceState", &["open", "ended"][..]),
            ("Phase", &["draft", "open", "closed", "discarded"]),
            ("Role", &["participant", "organizer"]),
            ("HealthStatus", &["live", "ready"]),
        ] {
            assert_eq!(schemas[name]["enum"], serde_json::json!(words), "{name}");
        }
    }
}
