//! Signed in by WeCom: the whole way there and back, what happens when WeCom fails, and what attackers try.
//!
//! WeCom is a stand-in, a real HTTP server (`hezi_tests::StandIn`); `contract` checks that it keeps to the documentation.
//! The server is reached under `https://meet.example.com`, as behind a proxy that ends TLS.
//!
//! # What holds in every story
//! * When it ends well, the server's log is searched for the app's secret, tokens, codes and tickets.

mod attacks;
mod contract;
mod crowd;
mod faults;
mod guests;
mod invite;
mod names;
mod scanner;
mod settings;
mod sign_in;
mod tokens;

use std::collections::BTreeMap;

use hezi_tests::{Browser, Host, Launch, StandIn, User};

/// A server and the WeCom that signs its people in.
struct Office {
    wecom: StandIn,
    host: Host,
}

impl Office {
    /// With the default settings.
    async fn open() -> Self {
        Office::with(|launch| launch).await
    }

    /// With other settings.
    async fn with(change: impl FnOnce(Launch) -> Launch) -> Self {
        Office::served_by(StandIn::start(), change).await
    }

    /// With another WeCom.
    async fn served_by(wecom: StandIn, change: impl FnOnce(Launch) -> Launch) -> Self {
        // More is logged than usual: what is searched for secrets at the end is what an operator might turn on.
        let filter = "hezi=debug,info,surrealdb=warn,surrealkv=warn,surrealdb_core=warn";
        let launch = Launch::new().set("log.filter", filter).signed_in_by(&wecom);
        let host = change(launch).start().await;
        Office { wecom, host }
    }

    /// Somebody's phone, in WeCom.
    fn phone(&self, who: &str) -> Browser {
        self.wecom.phone(&self.host, who)
    }

    /// A browser on somebody's desk.
    fn desktop(&self, who: &str) -> Browser {
        self.wecom.desktop(&self.host, who)
    }

    /// Somebody who has signed in on a phone.
    async fn signed_in(&self, who: &str) -> User {
        let phone = self.phone(who);
        let visit = phone.sign_in().await;
        assert_eq!(visit.answer.status, 200, "{who}: {visit:?}");
        phone.user().await
    }

    /// Waits until WeCom has told the server this person's name.
    async fn named(&self, user: &User, name: &str) {
        user.poll("/api/me", &format!("{} is called {name}", user.id), |me| me["name"] == name).await;
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let leaks = self.wecom.leaks(&self.host.log());
            assert!(leaks.is_empty(), "the server's log tells secrets: {leaks:#?}");
        }
    }
}

/// The parameters of an address.
fn query_of(url: &str) -> BTreeMap<String, String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
