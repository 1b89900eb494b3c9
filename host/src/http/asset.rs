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
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
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
        Some(file) => for_good(&file, &headers),
        None => Err(not_found(uri).await),
    }
}

/// The client library, for pages of others.
pub(super) async fn client(headers: HeaderMap, uri: Uri) -> ApiResult<Response> {
    let name = uri.path().trim_start_matches("/assets/");
    match embedded::file(&format!("client/{name}")) {
        Some(file) => {
            let (coding, data) = compressed(&file, &headers);
            let mut response = answer::tagged(&headers, kind(&file), FOR_A_MINUTE, data.to_vec())?;
            name_coding(coding, response.headers_mut());
            Ok(response)
        }
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

/// The file under the name of its build.
fn for_good(file: &EmbeddedFile, headers: &HeaderMap) -> ApiResult<Response> {
    let (coding, data) = compressed(file, headers);
    let response = Response::builder().header(CONTENT_TYPE, kind(file)).header(CACHE_CONTROL, FOR_GOOD);
    let mut response = response.body(Body::from(data)).map_err(ApiError::internal)?;
    name_coding(coding, response.headers_mut());
    Ok(response)
}

/// The file in the best form that the client reads, and which one that is.
fn compressed(file: &EmbeddedFile, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let takes = |coding: &str| {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted
            .split(',')
            .any(|one| one.split(';').next().is_some_and(|name| name.trim() == coding) && !is_refused(one))
    };
    let coded = [("br", file.data_br()), ("gzip", file.data_gzip())];
    let best = coded.into_iter().find_map(|(coding, data)| Some((coding, data.filter(|_| takes(coding))?)));
    best.map_or((None, file.data()), |(coding, data)| (Some(coding), data))
}

/// Says which form it is, and that there are others.
fn name_coding(coding: Option<&'static str>, headers: &mut HeaderMap) {
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
}

/// `br;q=0` says that it is not taken.
fn is_refused(coding: &str) -> bool {
    coding.split_once("q=").is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(accepted: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).expect("a header"));
        let file = embedded::file("style/base.css").expect("a file");
        compressed(&file, &headers).0.unwrap_or("none")
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
