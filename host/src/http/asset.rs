//! The files of the pages as they lie in `host/web`: embedded, compressed while the program was built, named by its build.
//!
//! A page names its files below `/assets/{build}/`, where they never change and are kept for good; another build has
//! another name. `/assets/hezi-client.js` is the one file with a name of its own, for pages that others write.
//!
//! # Invariants
//! * A file of another build is not served under its name: a page never mixes two builds.
//! * What is served lies in `host/web`; nothing is read from the disk.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::Uri;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY};
use axum::response::Response;
use rust_embed_for_web::{EmbedableFile, EmbeddedFile};
use serde::Serialize;

use super::answer;
use super::embedded::{self, BUILD};
use super::error::{ApiError, ApiResult, not_found};

/// A file below its build's name never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// One with a name of its own changes with the program; its tag finds out.
const FOR_A_MINUTE: &str = "public, max-age=60";

/// Which files the pages that are served now consist of.
#[derive(Serialize)]
pub(super) struct Build {
    build: &'static str,
}

/// Tells an open page whether it is of another build than the server.
pub(super) async fn build() -> Json<Build> {
    Json(Build { build: BUILD })
}

/// A file of a page.
pub(super) async fn show(
    Path((build, path)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    match embedded::file(&path).filter(|_| build == BUILD) {
        Some(file) => compressed(&file, &headers),
        None => Err(not_found(uri).await),
    }
}

/// The client library, for pages of others.
pub(super) async fn client(headers: HeaderMap, uri: Uri) -> ApiResult<Response> {
    let name = uri.path().trim_start_matches("/assets/");
    match embedded::file(&format!("client/{name}")) {
        Some(file) => answer::tagged(&headers, kind(&file), FOR_A_MINUTE, file.data().to_vec()),
        None => Err(not_found(uri).await),
    }
}

fn kind(file: &EmbeddedFile) -> &'static str {
    let name = file.name();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

/// The file in the best form that the client reads.
fn compressed(file: &EmbeddedFile, headers: &HeaderMap) -> ApiResult<Response> {
    let takes = |coding: &str| {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted
            .split(',')
            .any(|one| one.split(';').next().is_some_and(|name| name.trim() == coding) && !is_refused(one))
    };
    let response = Response::builder()
        .header(CONTENT_TYPE, kind(file))
        .header(CACHE_CONTROL, FOR_GOOD)
        .header(VARY, ACCEPT_ENCODING.as_str());
    let coded = [("br", file.data_br()), ("gzip", file.data_gzip())];
    let response = match coded.into_iter().find(|(coding, data)| data.is_some() && takes(coding)) {
        Some((coding, Some(data))) => response.header(CONTENT_ENCODING, coding).body(Body::from(data)),
        _ => response.body(Body::from(file.data())),
    };
    response.map_err(ApiError::internal)
}

/// `br;q=0` says that it is not taken.
fn is_refused(coding: &str) -> bool {
    coding.split_once("q=").is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn coding(accepted: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).expect("a header"));
        let file = embedded::file("style/base.css").expect("a file");
        let response = compressed(&file, &headers).expect("an answer");
        response.headers().get(CONTENT_ENCODING).map_or("none", |coding| coding.to_str().expect("text")).to_owned()
    }

    #[test]
    fn a_client_gets_the_best_form_that_it_reads() {
        for (accepted, given) in
            [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0", "gzip"), ("br;q=0, gzip", "gzip"), ("zstd", "none")]
        {
            assert_eq!(coding(accepted), given, "{accepted}");
        }
    }
}
