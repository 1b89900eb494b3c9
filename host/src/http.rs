//! HTTP: every route of the server on one screen. The only module that knows axum.
//!
//! A handler reads the request, asks the module that knows, and shapes the answer; rules are elsewhere. The routes of
//! the interface are registered together with their description, so `/api/openapi.json` cannot miss one. In the order in which
//! a request goes through the files:
//!
//! * `serve` takes the connection, which is one of those in `waiting` while it asks nothing.
//! * `middleware` stands around every request and asks `origin` where it comes from.
//! * `extract`, `path` and `body` read who asks (`cookie`, `address`), for what, and in which language (`reader`); `paces` slows down who guesses, and
//!   `guesses` tells the audit.
//! * The handlers, a file each for what they are about: `login`, `conference`, `activity`, `admin`, …, and `page` for browsers, whose
//!   files are `asset`'s.
//!   They work with what is in `state`.
//! * `answer`, `template` and `error` shape what goes back.
//!
//! # Invariants
//! * Every error is a problem document made in `error`, whatever layer it comes from.
//! * What changes something is refused when it comes from another site (`origin`).

mod activity;
mod address;
mod admin;
mod answer;
mod asset;
mod audit;
mod body;
mod conference;
mod cookie;
mod copy;
mod csv;
mod embedded;
mod error;
mod extract;
mod file_name;
mod guesses;
mod health;
mod join_link;
mod journal;
mod login;
mod member;
mod message;
mod middleware;
mod openapi;
mod origin;
mod paces;
mod page;
mod path;
mod plugin;
mod preparation;
mod probe;
mod qr;
mod reader;
mod report;
mod return_to;
mod serve;
mod socket;
mod state;
mod template;
mod waiting;
mod wecom;
mod workbook;

use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::guesses::Unwritten;
pub use self::origin::Site;
pub use self::serve::{Server, ServerLimits};
pub use self::state::{AppState, Dependencies, MetricsPlace};

/// The whole site.
pub fn router(state: &AppState) -> Router {
    let interface = match state.metrics_place {
        MetricsPlace::Site => interface().routes(routes!(health::metrics)),
        MetricsPlace::Apart => interface(),
    };
    let (api, document) = interface.split_for_parts();
    let document = openapi::Document::of(&document);
    let all = api.merge(pages(state)).route("/api/openapi.json", get(move || document.answer()));
    middleware::around(all, state).with_state(state.clone())
}

/// The metrics alone, for a listener that only the monitoring reaches.
pub fn metrics_router(state: &AppState) -> Router {
    middleware::around(Router::new().route("/metrics", get(health::metrics)), state).with_state(state.clone())
}

/// What programs use.
fn interface() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::head())
        // Signing in.
        .routes(routes!(login::show, login::submit))
        .routes(routes!(login::callback))
        .routes(routes!(login::dev))
        .routes(routes!(login::logout))
        .routes(routes!(login::me))
        // Conferences.
        .routes(routes!(conference::create, conference::mine))
        .routes(routes!(conference::show, conference::change))
        .routes(routes!(conference::rekey))
        .routes(routes!(copy::copy))
        .routes(routes!(conference::join))
        .routes(routes!(conference::leave))
        .routes(routes!(conference::end))
        .routes(routes!(journal::list))
        .routes(routes!(join_link::qr))
        .routes(routes!(socket::socket))
        // The people of a conference.
        .routes(routes!(member::list))
        .routes(routes!(member::appoint))
        .routes(routes!(member::dismiss))
        .routes(routes!(member::hand_over))
        .routes(routes!(member::mute))
        .routes(routes!(member::unmute))
        .routes(routes!(member::remove, member::removals))
        .routes(routes!(member::readmit))
        // What is said.
        .routes(routes!(message::say))
        .routes(routes!(message::delete))
        .routes(routes!(message::react))
        .routes(routes!(message::unreact))
        .routes(routes!(message::put_up, message::take_down))
        .routes(routes!(message::pin, message::unpin))
        // WeCom.
        .routes(routes!(wecom::jssdk))
        .routes(routes!(wecom::invite))
        // Activities.
        .routes(routes!(activity::create, activity::list))
        .routes(routes!(activity::show, preparation::discard))
        .routes(routes!(preparation::show, preparation::revise))
        .routes(routes!(activity::open))
        .routes(routes!(activity::close))
        .routes(routes!(activity::schedule))
        .routes(routes!(activity::act))
        .routes(routes!(report::show))
        // Plugins.
        .routes(routes!(plugin::list))
        .routes(routes!(admin::upload, admin::list))
        .routes(routes!(admin::show))
        .routes(routes!(admin::activate))
        .routes(routes!(admin::rollback))
        .routes(routes!(admin::disable))
        .routes(routes!(admin::show_version, admin::remove))
        .routes(routes!(audit::log))
        // Operations.
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// What people open in a browser, and what WeCom looks for.
fn pages(state: &AppState) -> Router<AppState> {
    let pages = Router::new()
        .route("/", get(page::home))
        .route("/c", get(page::find))
        .route("/c/{number}", get(page::room))
        .route("/c/{number}/", get(page::room))
        .route("/screen/{number}", get(page::screen))
        .route("/admin", get(page::admin))
        .route("/assets/build", get(asset::build))
        .route("/assets/hezi-client.js", get(asset::client))
        .route("/assets/hezi-client.d.ts", get(asset::client))
        .route("/assets/{build}/{*path}", get(asset::show));
    match state.domain_proof.clone() {
        Some((name, text)) => pages.route(&format!("/{name}"), get(move || std::future::ready(text.clone()))),
        None => pages,
    }
}
