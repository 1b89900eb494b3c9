//! Signing in and out, and who one is.
//!
//! In development the form believes every name; in production a browser is sent to WeCom and comes back with a code. Each
//! of the two does not exist where the other does.
//!
//! # Invariants
//! * Sign-in leads back into this site only.
//! * Whoever signs in gets a new session; the one that came with the request is over, with its sockets.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Done;
use super::body::{self, JsonOf};
use super::error::{ApiError, ApiResult, PageError, ProblemBody, documents};
use super::extract::{CurrentUser, Params, session_token};
use super::openapi::{ProblemPages, Problems};
use super::return_to::within_site;
use super::template::{WebPage, page_about};
use super::{AppState, address, answer, cookie, origin, page};
use crate::domain::member::User;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;
use crate::session::Token;
use crate::sign_in::{Arrival, Arriving, Departure, DevSignIn};

/// Where to go after sign-in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LoginParams {
    /// A path of this site.
    return_to: Option<String>,
}

/// Who is asked about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(super) struct MeBody {
    /// The id, the same after every sign-in.
    id: String,
    /// The name to show.
    name: String,
    /// Address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<String>,
    /// Whether they administer the server.
    admin: bool,
}

impl MeBody {
    fn of(user: &User, state: &AppState) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            avatar: user.avatar.clone(),
            admin: state.admins.user(&user.id).is_some(),
        }
    }
}

/// Who signs in, in development.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DevPerson {
    /// Makes the same person again; somebody new without it.
    id: Option<String>,
    /// The name to show, 1 to 64 characters.
    name: String,
}

/// Who has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub(super) struct SignedInBody {
    /// The person, as [`me`] shows them.
    user: MeBody,
}

/// The session that came with the request, if any: it ends with a new sign-in.
pub(super) struct Previous(Option<Token>);

impl FromRequestParts<AppState> for Previous {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        Ok(Self(session_token(parts, state)))
    }
}

/// The sign-in page.
#[utoipa::path(
    get, path = "/auth/login", operation_id = "begin_sign_in", tag = "people", security(), params(LoginParams),
    responses(
        (status = 302, description = "leads into WeCom's sign-in"),
        (status = 200, description = "the form of development sign-in", content_type = "text/html"),
        ProblemPages
    )
)]
pub(super) async fn show(
    State(state): State<AppState>,
    Params(asked): Params<LoginParams>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(sign_in) = &state.wecom {
        let carried = cookie::logins(&headers, &state.site);
        let return_to = within_site(asked.return_to.as_deref());
        let departure = sign_in.depart(page::user_agent(&headers), return_to, &carried).map_err(ApiError::from);
        let sent = departure.and_then(|departure| to_wecom(&state, &departure));
        return sent.map_err(|error| PageError::from(error).on_the_way_to(Some(return_to)));
    }
    dev_sign_in(&state, &headers)?;
    let return_to = within_site(asked.return_to.as_deref()).to_owned();
    Ok(form_page(&SignInForm { return_to, ..SignInForm::default() }))
}

/// Takes the form of the sign-in page.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "submit_sign_in", tag = "people", security(),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "`name`, `id`, `return_to`"),
    responses(
        (status = 302, description = "signed in; leads to `return_to`"),
        (status = 200, description = "the form again, with what is wrong in it", content_type = "text/html"),
        ProblemPages
    )
)]
pub(super) async fn submit(
    State(state): State<AppState>,
    Previous(previous): Previous,
    request: Request,
) -> Result<Response, PageError> {
    let dev = dev_sign_in(&state, request.headers())?;
    let mut form = read_form(request, &state).await?;
    let id = Some(form.id.trim()).filter(|id| !id.is_empty());
    match dev.person(id, &form.name, state.clock.as_ref(), state.rng.as_ref()) {
        Ok(user) => {
            let begun = begin(&state, dev, &user, previous).await;
            let led = begun.and_then(|cookie| answer::found(&form.return_to, Some(cookie)));
            led.map_err(|error| PageError::from(error).on_the_way_to(Some(&form.return_to)))
        }
        Err(refused) => {
            form.refusal = documents(&refused.problem());
            Ok(form_page(&form))
        }
    }
}

/// What somebody has put into the form of the sign-in page, and what that page shows of it.
#[derive(Default, Serialize)]
struct SignInForm {
    name: String,
    id: String,
    return_to: String,
    /// Why it was not taken, in each language.
    refusal: BTreeMap<&'static str, ProblemBody>,
}

fn form_page(form: &SignInForm) -> Response {
    Html(page_about(WebPage::SignIn, form, "")).into_response()
}

async fn read_form(request: Request, state: &AppState) -> ApiResult<SignInForm> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(ApiError::new(Code::UnsupportedMediaType, Sentence::WantsForm {}));
    }
    let bytes = body::read(request, state.limits.http.body_bytes).await?;
    let mut form = SignInForm::default();
    for (field, value) in form_urlencoded::parse(&bytes) {
        match field.as_ref() {
            "name" => form.name = value.into_owned(),
            "id" => form.id = value.into_owned(),
            "return_to" => form.return_to = value.into_owned(),
            _ => {}
        }
    }
    form.return_to = within_site(Some(&form.return_to)).to_owned();
    Ok(form)
}

/// Sends a browser to WeCom, with what it has to bring back.
fn to_wecom(state: &AppState, departure: &Departure) -> ApiResult<Response> {
    let cookie = cookie::set_login(&state.site, &departure.carried, departure.max_age_s)?;
    let mut response = answer::found(&departure.location, Some(cookie))?;
    for mark in &departure.forgotten {
        response.headers_mut().append(SET_COOKIE, cookie::clear_login(&state.site, mark)?);
    }
    Ok(response)
}

/// What WeCom sends a browser back with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallbackParams {
    /// Says who it is, to whoever asks WeCom. Missing when the person said no.
    code: Option<String>,
    /// What the browser was sent away with.
    state: Option<String>,
}

/// Where WeCom's sign-in comes back to. What is wrong is said on a page.
#[utoipa::path(
    get, path = "/auth/callback", operation_id = "finish_sign_in", tag = "people", security(), params(CallbackParams),
    responses((status = 302, description = "signed in, or sent to WeCom once more"), ProblemPages)
)]
pub(super) async fn callback(
    State(state): State<AppState>,
    Params(brought): Params<CallbackParams>,
    Previous(previous): Previous,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Some(sign_in) = &state.wecom else {
        return Err(ApiError::new(Code::NotFound, Sentence::NoWecomSignIn {}));
    };
    let CallbackParams { code, state: begun } = brought;
    let user_agent = page::user_agent(&headers).to_owned();
    let carried = cookie::logins(&headers, &state.site);
    let (brought_along, asked) = (carried.clone(), begun.clone());
    match sign_in.arrive(Arriving { user_agent, code, state: begun, carried, previous }).await {
        Ok(Arrival::SignedIn { token, return_to }) => {
            let cookie = cookie::set(&state.site, &token, state.sessions.max_s())?;
            answer::found(within_site(Some(&return_to)), Some(cookie))
        }
        Ok(Arrival::Again(departure)) => to_wecom(&state, &departure),
        Err(error) => {
            let return_to = sign_in.return_to(&brought_along, asked.as_deref());
            Ok(PageError::from(error).on_the_way_to(return_to.as_deref()).into_response())
        }
    }
}

/// Signs in, in development.
#[utoipa::path(
    post, path = "/auth/dev", operation_id = "sign_in_as", tag = "people", security(), request_body = DevPerson,
    responses((status = 200, body = SignedInBody, description = "signed in; the session comes as a cookie"), Problems)
)]
pub(super) async fn dev(
    State(state): State<AppState>,
    Previous(previous): Previous,
    headers: HeaderMap,
    JsonOf(person): JsonOf<DevPerson>,
) -> ApiResult<Response> {
    let dev = dev_sign_in(&state, &headers)?;
    let user = dev.person(person.id.as_deref(), &person.name, state.clock.as_ref(), state.rng.as_ref())?;
    let cookie = begin(&state, dev, &user, previous).await?;
    let body = SignedInBody { user: MeBody::of(&user, &state) };
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(body)).into_response())
}

/// The form that believes every name, for somebody on this machine. Whoever comes through a proxy, or under a name that is
/// not this machine's, is not: also where the settings do not know of the proxy.
fn dev_sign_in(state: &AppState, headers: &HeaderMap) -> ApiResult<DevSignIn> {
    let dev = state.dev.ok_or_else(|| ApiError::new(Code::NotFound, Sentence::NoDevSignIn {}))?;
    if address::is_forwarded(headers) || !origin::is_for_loopback(headers) {
        return Err(ApiError::new(Code::Denied, Sentence::DevSignInElsewhere {}));
    }
    Ok(dev)
}

/// Begins a session, ends what hangs on the one before, and gives the new one away.
async fn begin(state: &AppState, dev: DevSignIn, user: &User, previous: Option<Token>) -> ApiResult<HeaderValue> {
    let begun = dev.begin(user, previous.as_ref(), (&state.store, &state.sessions, state.rng.as_ref())).await?;
    if let Some(replaced) = begun.replaced {
        state.rooms.sign_out(replaced).await;
    }
    cookie::set(&state.site, &begun.token, state.sessions.max_s())
}

/// Signs out: the session ends, and its sockets with it.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "sign_out", tag = "people", security(),
    responses((status = 200, description = "the session is over, if there was one", body = Done), Problems)
)]
pub(super) async fn logout(State(state): State<AppState>, Previous(token): Previous) -> ApiResult<Response> {
    if let Some(token) = token {
        state.sessions.end(&token).await?;
        // Also when the session was gone already: an earlier sign-out may have been cut off before this.
        state.rooms.sign_out(token.tag()).await;
    }
    Ok((AppendHeaders([(SET_COOKIE, cookie::clear(&state.site)?)]), Json(Done {})).into_response())
}

/// Who I am.
#[utoipa::path(
    get, path = "/api/me", operation_id = "get_me", tag = "people",
    responses((status = 200, description = "who is signed in", body = MeBody), Problems)
)]
pub(super) async fn me(State(state): State<AppState>, user: CurrentUser) -> Json<MeBody> {
    Json(MeBody::of(&user.user, &state))
}
