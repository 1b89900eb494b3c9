//! The pages in real Chromium, as people use them: phones, a desk, the wall.
//!
//! `make test` installs Chromium where it may. Where it cannot be had these tests say that they tested nothing.
//!
//! # What holds in every story
//! * No page complains: no error in a console, no exception, nothing that the policy refused. Each story ends with
//!   [`Meeting::ends_without_complaints`], or says which complaint it wanted.

mod access;
mod admin;
mod axe;
mod client;
mod draws;
mod dropped;
mod entrance;
mod fairness;
mod forms;
mod hosts;
mod keyboard;
mod line;
mod long_chat;
mod meeting;
mod opening;
mod organizer;
mod people;
mod planning;
mod plugins;
mod portal;
mod quick;
mod refused;
mod speaking;
mod still;
mod tasks;
mod third_party;
mod unknown;
mod upgrade;
mod views;
mod wall;
mod whole;

use std::net::TcpListener;

use hezi_tests::{Chromium, Conference, Host, Launch, Tab, User, program};

/// A phone in the hand, and the smallest there is.
const PHONE: (u32, u32) = (390, 780);
const SMALL_PHONE: (u32, u32) = (320, 568);
const WALL: (u32, u32) = (1920, 1080);

/// Chromium, unless this machine has none.
async fn chromium() -> Option<Chromium> {
    let chromium = Chromium::start().await;
    if chromium.is_none() {
        program::say_untested("the pages in a browser, for there is no Chromium here");
    }
    chromium
}

/// A server that is found again at the same address after a restart.
fn at_one_address() -> Launch {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
    Launch::new().durable().listen(&free.to_string())
}

/// A meeting with an organizer's phone in its room.
struct Meeting {
    host: Host,
    chromium: Chromium,
    wang: User,
    room: Conference,
}

impl Meeting {
    async fn begin() -> Option<Self> {
        Self::with(Launch::new()).await
    }

    async fn with(launch: Launch) -> Option<Self> {
        let chromium = chromium().await?;
        let host = launch.unhurried().start().await;
        let wang = host.person("wang", "王伟").await;
        let room = wang.create_conference("周会").await;
        Some(Self { host, chromium, wang, room })
    }

    /// The name of this build of the pages, under which their modules are found.
    async fn build(&self) -> String {
        self.wang.get("/assets/build").await.ok(200)["build"].as_str().expect("a name").to_owned()
    }

    /// Somebody's phone, in the room.
    async fn phone(&self, id: &str, name: &str) -> Tab {
        self.tab(id, name, PHONE).await
    }

    async fn tab(&self, id: &str, name: &str, (width, height): (u32, u32)) -> Tab {
        let tab = self.chromium.tab(&self.host, width, height).await;
        tab.sign_in(id, name, "zh-Hans").await;
        tab.open(&format!("/c/{}", self.room.number)).await;
        tab.see("人在线").await;
        tab
    }

    /// The wall.
    async fn wall(&self) -> Tab {
        let tab = self.chromium.tab(&self.host, WALL.0, WALL.1).await;
        tab.sign_in("wang", "王伟", "zh-Hans").await;
        tab.open(&format!("/screen/{}", self.room.id)).await;
        tab.see(&self.room.number).await;
        tab
    }

    fn ends_without_complaints(&self, tabs: &[&Tab]) {
        for tab in tabs {
            assert_eq!(tab.complaints(), Vec::<String>::new());
        }
    }

    /// Chromium itself reports an answer that is none, and an icon that it looks for where no page names one; nothing else is
    /// to be complained of.
    fn ends_with_complaints_of(&self, what: &str, tabs: &[&Tab]) {
        for complaint in tabs.iter().flat_map(|tab| tab.complaints()) {
            assert!(complaint.contains(what), "{complaint}");
        }
    }
}

/// From now on `heard` has what is said to whoever does not see the page.
async fn listen(tab: &Tab) {
    let listen = "window.heard = []; const said = document.querySelector('#page > .unseen[role=status]'); \
         new MutationObserver(() => said.textContent && heard.push(said.textContent)) \
         .observe(said, { childList: true, characterData: true, subtree: true })";
    tab.eval(&format!("{{ {listen}; }}")).await;
}

/// Says something in the room's page.
async fn say(tab: &Tab, text: &str) {
    tab.fill("#say", text).await;
    tab.enter().await;
}
