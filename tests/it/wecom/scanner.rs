//! The scanner in the page: the server signs the page's address, so that WeCom's script may open the camera.

use hezi_tests::{AGENT_ID, CORP_ID, Call};
use sha1::{Digest, Sha1};

use super::Office;

/// The signature by the documentation: four values in this order, raw, the address without what stands behind `#`.
fn signature(ticket: &str, nonce: &str, timestamp: u64, url: &str) -> String {
    let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::encode(Sha1::digest(text.as_bytes()))
}

#[test]
fn the_test_signs_as_the_documentation_does() {
    let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
    let signed = signature(ticket, "Wm3WZYTPz0wzccnW", 1_414_587_457, "http://mp.weixin.qq.com?params=value");
    assert_eq!(signed, "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
}

#[tokio::test]
async fn a_page_gets_a_signature_that_wecom_accepts() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;

    let mut nonces = Vec::new();
    for (asked, signed) in [
        ("https%3A%2F%2Fmeet.example.com%2F", "https://meet.example.com/"),
        (
            "https%3A%2F%2Fmeet.example.com%2Fc%2F00042%3Fa%3D1%26b%3D%25E4%25BD%25A0",
            "https://meet.example.com/c/00042?a=1&b=%E4%BD%A0",
        ),
        ("https%3A%2F%2Fmeet.example.com%2Fc%2F00042%23top", "https://meet.example.com/c/00042"),
    ] {
        let given = wang.get(&format!("/api/wecom/jssdk?url={asked}")).await.ok(200);
        let ticket = office.wecom.js_ticket().expect("a ticket was asked for");
        let nonce = given["nonce"].as_str().expect("a nonce").to_owned();
        let timestamp = given["timestamp"].as_u64().expect("seconds");
        assert_eq!(given["signature"], signature(&ticket, &nonce, timestamp, signed), "{signed}: {given}");
        assert_eq!(given["corp_id"], CORP_ID);
        assert_eq!(given["agent_id"].to_string().trim_matches('"'), AGENT_ID.to_string());
        assert!(timestamp > 1_700_000_000 && timestamp < 100_000_000_000, "seconds, not milliseconds: {timestamp}");
        assert_eq!(office.wecom.leaks(&given.to_string()), Vec::<String>::new(), "the ticket stays here");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce is new each time");
    assert_eq!((office.wecom.calls(Call::GetJsTicket), office.wecom.calls(Call::GetToken)), (1, 1));
}

#[tokio::test]
async fn only_pages_of_the_site_are_signed_and_only_for_people() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;

    for foreign in [
        "https://evil.example/",
        "https://meet.example.com.evil.example/",
        "https://meet.example.com@evil.example/",
        "http://meet.example.com/",
        "//meet.example.com/",
        "javascript:alert(1)",
        "",
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("url", foreign).finish();
        wang.get(&format!("/api/wecom/jssdk?{query}")).await.problem(422, "invalid");
    }
    wang.get("/api/wecom/jssdk").await.problem(422, "invalid");
    let nobody = office.host.anonymous();
    nobody.get("/api/wecom/jssdk?url=https://meet.example.com/").await.problem(401, "not_signed_in");
    assert_eq!(office.wecom.calls(Call::GetJsTicket), 0);
}

#[tokio::test]
async fn many_pages_at_once_need_one_ticket() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;

    let asked = (0..200).map(|n| {
        let (wang, path) = (wang.clone(), format!("/api/wecom/jssdk?url=https://meet.example.com/c/{n:05}"));
        async move { wang.get(&path).await.ok(200) }
    });
    futures_util::future::join_all(asked).await;

    assert_eq!(office.wecom.calls(Call::GetJsTicket), 1, "a hundred an hour is all that WeCom gives");
}

#[tokio::test]
async fn a_ticket_is_not_believed_when_its_token_was_refused() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let page = "/api/wecom/jssdk?url=https://meet.example.com/";
    wang.get(page).await.ok(200);

    office.wecom.revoke_tokens();
    // The server finds out with the next call.
    office.signed_in("LiNa").await;
    for _ in 0..3 {
        wang.get(page).await.ok(200);
    }

    assert_eq!(office.wecom.calls(Call::GetJsTicket), 2, "one more, and not one for each page");
}
