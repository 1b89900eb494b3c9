//! How errors look over HTTP: RFC 9457 problem documents. The only place where an error becomes a status code.
//!
//! # Invariants
//! * Every [`Code`] has one status, pinned by a test.
//! * Words are put in last, in [`tell`], in the language of whoever reads them; a page is given them in each, and chooses.
//! * Causes inside the server go to the log, once, and not to the client.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{
    CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::return_to::{HOME, within_site};
use super::template::{self, WebPage};
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;
use crate::plugin::PluginError;
use crate::protocol::code::{Code, Problem};
use crate::protocol::field::FieldProblem;
use crate::room::RoomError;
use crate::sign_in::SignInError;
use crate::store::StoreError;
use crate::wecom::WecomError;

/// When to come again, if nobody said.
const RETRY_AFTER_MS_DEFAULT: u64 = 1_000;

/// Something that did not work.
#[derive(Debug)]
pub(super) struct ApiError {
    problem: Problem,
    /// What happened inside, for the log.
    cause: Option<String>,
}

/// What handlers give.
pub(super) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem with a sentence for people.
    pub(super) fn new(code: Code, sentence: Sentence) -> Self {
        Problem::new(code, sentence).into()
    }

    /// A field that is missing, unknown or wrong.
    pub(super) fn invalid(sentence: Sentence) -> Self {
        Self::new(Code::Invalid, sentence)
    }

    /// A mistake of ours; `cause` goes to the log.
    pub(super) fn internal(cause: impl ToString) -> Self {
        Self { problem: Problem::new(Code::Internal, Sentence::OurMistake {}), cause: Some(cause.to_string()) }
    }

    /// What kind of problem it is.
    pub(super) fn code(&self) -> Code {
        self.problem.code
    }

    /// What is wrong, in words.
    pub(super) fn sentence(&self) -> &Sentence {
        &self.problem.sentence
    }

    fn log(&self) {
        let (code, detail) = (self.problem.code.as_str(), &self.problem.sentence);
        match (status(self.problem.code).is_server_error(), &self.cause) {
            (true, Some(cause)) => tracing::error!(error.code = code, error.cause = %cause, "a request failed"),
            (true, None) => tracing::warn!(error.code = code, %detail, "a request failed"),
            (false, _) => tracing::debug!(error.code = code, %detail, "a request was refused"),
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

macro_rules! from_layer {
    ($($error:ty),*) => {$(
        impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                Self { problem: error.problem(), cause: Some(error.to_string()) }
            }
        }
    )*};
}

from_layer!(StoreError, SignInError, PluginError, RoomError);

impl From<WecomError> for ApiError {
    fn from(error: WecomError) -> Self {
        // What is set up wrongly stands in the log and in `/health/ready`, for whoever can change it.
        let problem = Problem::new(Code::Unavailable, Sentence::WecomFailed {}).for_ms(error.retry_after_ms());
        Self { problem, cause: Some(error.to_string()) }
    }
}

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// Names the kind of problem: `urn:hezi:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:hezi:problem:unknown_conference")]
    kind: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong here and what to do about it.
    detail: String,
    /// The kind of problem for programs.
    code: Code,
    /// When to come again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// With `plugin_fault`: what the plugin did, such as `out_of_time`, `trapped` or `quarantined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// With `plugin_refused`: what is wrong with the component, such as `component_too_large`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The fields that are to blame, as far as that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

impl ProblemBody {
    fn new(problem: &Problem, tongue: Tongue) -> Self {
        let Problem { code, sentence, retry_after_ms, fault, reason, .. } = problem;
        Self {
            kind: format!("urn:hezi:problem:{}", code.as_str()),
            title: code.title(tongue),
            status: status(*code).as_u16(),
            detail: sentence.text(tongue),
            code: *code,
            retry_after_ms: *retry_after_ms,
            fault: *fault,
            reason: reason.clone(),
            errors: problem.fields(tongue),
        }
    }
}

/// The document of a problem in each language, for a page whose reader may change the language.
pub(super) fn documents(problem: &Problem) -> BTreeMap<&'static str, ProblemBody> {
    Tongue::ALL.map(|tongue| (tongue.tag(), ProblemBody::new(problem, tongue))).into()
}

/// A problem without its words yet: [`tell`] puts them in, which knows who reads it.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let Problem { code, retry_after_ms, .. } = self.problem;
        let mut response = status(code).into_response();
        let headers = response.headers_mut();
        if code == Code::NotSignedIn {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if code.is_retryable() && code != Code::Internal {
            let retry_after_s = retry_after_ms.unwrap_or(RETRY_AFTER_MS_DEFAULT).div_ceil(1_000).max(1);
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response.extensions_mut().insert(Untold { problem: self.problem, form: None, return_to: None });
        response
    }
}

/// In which form somebody is told of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProblemForm {
    /// A problem document, for programs.
    Document,
    /// A page, for whoever looks at one.
    Page,
}

/// A problem that nobody was told of yet.
#[derive(Debug, Clone)]
struct Untold {
    problem: Problem,
    /// The form, where whoever made the problem knows it.
    form: Option<ProblemForm>,
    /// A path of this site that a sign-in was to lead to, and another one can.
    return_to: Option<String>,
}

/// What the page of a problem has to say.
#[derive(Serialize)]
struct ProblemAbout<'a> {
    /// The problem, in each language.
    problem: BTreeMap<&'static str, ProblemBody>,
    /// Where a sign-in leads to that is begun from here.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_to: Option<&'a str>,
}

/// Puts the words of a problem into its answer, for somebody who reads this language, which is asked for only where it counts.
/// Other answers stay as they are.
pub(super) fn tell(response: Response, form: ProblemForm, tongue: impl FnOnce() -> Tongue) -> Response {
    let Some(Untold { problem, form: own, return_to }) = response.extensions().get().cloned() else { return response };
    let (mut parts, _) = response.into_parts();
    let (kind, varies, body) = match own.unwrap_or(form) {
        ProblemForm::Document => {
            let tongue = tongue();
            parts.headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tongue.tag()));
            let body = serde_json::to_vec(&ProblemBody::new(&problem, tongue)).unwrap_or_default();
            ("application/problem+json", "accept, accept-language", Body::from(body))
        }
        ProblemForm::Page => {
            let why = Tongue::ALL.map(|tongue| problem.sentence.text(tongue)).join(" / ");
            let about = ProblemAbout { problem: documents(&problem), return_to: return_to.as_deref() };
            let page = template::page_about(WebPage::Problem, &about, &why);
            ("text/html; charset=utf-8", "accept", Body::from(page))
        }
    };
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.append(VARY, HeaderValue::from_static(varies));
    Response::from_parts(parts, body)
}

/// A problem for somebody who looks at a page.
#[derive(Debug)]
pub(super) struct PageError {
    error: ApiError,
    return_to: Option<String>,
}

impl PageError {
    /// The same for somebody whose sign-in did not come to its end: the next one leads to where this one was to, if that lies
    /// within this site.
    pub(super) fn on_the_way_to(self, return_to: Option<&str>) -> Self {
        let return_to = within_site(return_to);
        Self { return_to: (return_to != HOME).then(|| return_to.to_owned()), ..self }
    }
}

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self { error: error.into(), return_to: None }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let problem = self.error.problem.clone();
        let mut response = self.error.into_response();
        let untold = Untold { problem, form: Some(ProblemForm::Page), return_to: self.return_to };
        response.extensions_mut().insert(untold);
        response
    }
}

/// For an address where nothing is.
pub(super) async fn not_found(uri: Uri) -> ApiError {
    ApiError::new(Code::NotFound, Sentence::NothingAt { path: uri.path().to_owned() })
}

/// For an address that does not have this method.
pub(super) async fn method_not_allowed(method: Method, uri: Uri) -> ApiError {
    let (path, method) = (uri.path().to_owned(), method.to_string());
    ApiError::new(Code::MethodNotAllowed, Sentence::WrongMethod { path, method })
}

/// The status of every code.
fn status(code: Code) -> StatusCode {
    match code {
        Code::MalformedJson => StatusCode::BAD_REQUEST,
        Code::NotSignedIn => StatusCode::UNAUTHORIZED,
        Code::Denied
        | Code::ForeignOrigin
        | Code::NotMember
        | Code::NotOrganizer
        | Code::NotAdmin
        | Code::Muted
        | Code::KeptOut
        | Code::KeyNeeded
        | Code::Locked => StatusCode::FORBIDDEN,
        Code::NotFound
        | Code::UnknownConference
        | Code::UnknownActivity
        | Code::UnknownPlugin
        | Code::UnknownMember
        | Code::UnknownMessage => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::Conflict
        | Code::WrongPhase
        | Code::ConferenceEnded
        | Code::IdReused
        | Code::VersionExists
        | Code::InUse
        | Code::Full
        | Code::TooMany => StatusCode::CONFLICT,
        Code::Exhausted => StatusCode::GONE,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Invalid | Code::BlockedWord | Code::PluginRefused | Code::SignatureMissing | Code::SignatureInvalid => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::NumbersExhausted | Code::PluginFault | Code::Unavailable | Code::Damaged => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_the_status_that_clients_rely_on() {
        let table: Vec<String> =
            Code::ALL.iter().map(|code| format!("{} {}", code.as_str(), status(*code).as_u16())).collect();
        let expected = "invalid 422, malformed_json 400, too_large 413, not_signed_in 401, denied 403, \
                        foreign_origin 403, not_member 403, not_organizer 403, not_admin 403, muted 403, \
                        kept_out 403, key_needed 403, locked 403, full 409, not_found 404, \
                        method_not_allowed 405, unsupported_media_type 415, unknown_conference 404, \
                        unknown_activity 404, unknown_plugin 404, unknown_member 404, unknown_message 404, blocked_word 422, conflict 409, wrong_phase 409, \
                        conference_ended 409, id_reused 409, version_exists 409, in_use 409, too_many 409, \
                        exhausted 410, rate_limited 429, numbers_exhausted 503, \
                        plugin_fault 503, plugin_refused 422, signature_missing 422, signature_invalid 422, unavailable 503, \
                        damaged 503, internal 500";
        assert_eq!(table.join(", "), expected);
    }

    fn slowly() -> Response {
        ApiError::from(Problem::new(Code::RateLimited, Sentence::TooLoud {}).for_ms(1_001)).into_response()
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 9_999).await.expect("a body");
        String::from_utf8(bytes.to_vec()).expect("a text")
    }

    #[tokio::test]
    async fn a_problem_says_when_to_come_again() {
        let response = tell(slowly(), ProblemForm::Document, || Tongue::English);
        assert_eq!(response.headers()[RETRY_AFTER], "2");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }

    #[tokio::test]
    async fn a_problem_is_told_in_the_form_of_whoever_reads_it_and_a_page_in_each_language() {
        let response = tell(slowly(), ProblemForm::Document, || Tongue::Chinese);
        assert_eq!(response.headers()[CONTENT_LANGUAGE], "zh-Hans");
        assert_eq!(response.headers()[VARY], "accept, accept-language");
        let body = text(response).await;
        assert!(body.contains("太快了") && body.contains(r#""code":"rate_limited""#), "{body}");
        let page = tell(slowly(), ProblemForm::Page, || Tongue::English);
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(!page.headers().contains_key(CONTENT_LANGUAGE));
        let page = text(page).await;
        assert!(page.contains("try again in a second") && page.contains("太快了"), "{page}");
        let always = PageError::from(ApiError::invalid(Sentence::BadNumber {})).into_response();
        let always = tell(always, ProblemForm::Document, || Tongue::Chinese);
        assert!(text(always).await.starts_with("<!doctype html>"));
        for (asked, carried) in [("/c/00042", true), ("//evil.cn", false), ("/", false)] {
            let failed = PageError::from(ApiError::invalid(Sentence::BadNumber {})).on_the_way_to(Some(asked));
            let page = text(tell(failed.into_response(), ProblemForm::Document, || Tongue::English)).await;
            let about = format!("return_to&quot;:&quot;{asked}&quot;");
            assert_eq!(page.contains(&about), carried, "{asked}: {page}");
            assert!(!page.contains("evil"), "{page}");
        }
        let other = tell("fine".into_response(), ProblemForm::Document, || Tongue::Chinese);
        assert!(!other.headers().contains_key(CONTENT_LANGUAGE) && text(other).await == "fine");
    }
}
