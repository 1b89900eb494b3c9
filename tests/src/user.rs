//! A person who is signed in, and what people do in meetings.

use std::ops::Deref;
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Acted, Activity, Answer, Caller, Conference, Socket};

/// A person who is signed in. Clones are the same browser.
///
/// A user is also a [`Caller`]: requests that have no verb of their own here are sent with [`Caller::get`] and its like.
#[derive(Clone, Debug)]
pub struct User {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    caller: Caller,
}

impl Deref for User {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl User {
    pub(crate) async fn sign_in(anonymous: &Caller, form: &Value) -> Self {
        let answer = anonymous.sign_in(form).await;
        let user = answer.ok(200)["user"].clone();
        let text = |field: &str| user[field].as_str().unwrap_or_else(|| panic!("no {field} in {user}")).to_owned();
        User { id: text("id"), name: text("name"), caller: anonymous.with_cookie(&answer.session_cookie()) }
    }

    /// The person whose session the caller shows.
    pub(crate) async fn recognize(caller: Caller) -> Self {
        let me = caller.get("/api/me").await.ok(200);
        let text = |field: &str| me[field].as_str().unwrap_or_else(|| panic!("no {field} in {me}")).to_owned();
        User { id: text("id"), name: text("name"), caller }
    }

    /// Creates a conference.
    pub async fn create_conference(&self, title: &str) -> Conference {
        let created = self.post("/api/conferences", &json!({ "title": title })).await.ok(201);
        serde_json::from_value(created.clone()).unwrap_or_else(|error| panic!("not a conference ({error}): {created}"))
    }

    /// Joins the conference.
    pub async fn join(self, number: &str) -> Self {
        self.post_empty(&format!("/api/conferences/{number}/join")).await.ok(200);
        self
    }

    /// Leaves the conference.
    pub async fn leave(&self, number: &str) {
        let answer = self.post_empty(&format!("/api/conferences/{number}/leave")).await;
        assert!((200..300).contains(&answer.status), "leave: {answer:?}");
    }

    /// Ends the conference.
    pub async fn end(&self, number: &str) {
        let answer = self.post_empty(&format!("/api/conferences/{number}/end")).await;
        assert!((200..300).contains(&answer.status), "end: {answer:?}");
    }

    /// Says something in the chat, over HTTP; its place.
    pub async fn say(&self, number: &str, text: &str) -> u64 {
        let said = self.post(&format!("/api/conferences/{number}/messages"), &json!({ "text": text })).await.ok(200);
        said["seq"].as_u64().expect("a place")
    }

    /// Changes the conference, if the server lets them.
    pub async fn try_change(&self, number: &str, changes: Value) -> Answer {
        self.request("PATCH", &format!("/api/conferences/{number}")).json(&changes).send().await
    }

    /// Makes somebody an organizer.
    pub async fn appoint(&self, number: &str, member: &User) {
        let body = json!({ "member": member.id });
        let answer = self.post(&format!("/api/conferences/{number}/organizers"), &body).await;
        assert!((200..300).contains(&answer.status), "appoint: {answer:?}");
    }

    /// Connects to the room.
    pub async fn connect(&self, number: &str) -> Socket {
        Socket::open(self, &format!("/api/conferences/{number}/socket")).await
    }

    /// Connects to the room again, as one who has seen everything up to `since`.
    pub async fn connect_since(&self, number: &str, since: u64) -> Socket {
        Socket::open(self, &format!("/api/conferences/{number}/socket?since={since}")).await
    }

    /// Connects to the room with this query.
    pub async fn connect_with(&self, number: &str, query: &str) -> Socket {
        Socket::open(self, &format!("/api/conferences/{number}/socket?{query}")).await
    }

    /// Drafts an activity.
    pub async fn draft(&self, number: &str, plugin: &str, config: Value) -> Activity {
        self.create_activity(number, json!({ "plugin": plugin, "config": config })).await
    }

    /// Creates an activity that is open at once.
    pub async fn open(&self, number: &str, plugin: &str, config: Value) -> Activity {
        self.create_activity(number, json!({ "plugin": plugin, "config": config, "open": true })).await
    }

    async fn create_activity(&self, number: &str, body: Value) -> Activity {
        let created = self.post(&format!("/api/conferences/{number}/activities"), &body).await.ok(201);
        activity_from(created)
    }

    /// Opens a drafted activity.
    pub async fn open_drafted(&self, activity: &Activity) -> Activity {
        activity_from(self.post_empty(&activity.path("/open")).await.ok(200))
    }

    /// Closes an activity.
    pub async fn close(&self, activity: &Activity) -> Activity {
        activity_from(self.post_empty(&activity.path("/close")).await.ok(200))
    }

    /// Looks at an activity.
    pub async fn look_at(&self, activity: &Activity) -> Activity {
        activity_from(self.get(&activity.path("")).await.ok(200))
    }

    /// Does something in an activity, over HTTP; it must succeed.
    pub async fn act(&self, activity: &Activity, action: Value) -> Acted {
        let acted = self.try_act(activity, action).await.ok(200);
        serde_json::from_value(acted.clone()).unwrap_or_else(|error| panic!("not seq and reply ({error}): {acted}"))
    }

    /// Does something in an activity, over HTTP; waits as long as it is told to when that is too fast.
    pub async fn act_when_allowed(&self, activity: &Activity, action: Value) -> Value {
        loop {
            let answer = self.try_act(activity, action.clone()).await;
            if answer.status != 429 {
                return answer.ok(200);
            }
            let wait_ms = answer.problem(429, "rate_limited")["retry_after_ms"].as_u64().expect("when to come again");
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Does something in an activity, over HTTP; it may be refused.
    pub async fn try_act(&self, activity: &Activity, action: Value) -> Answer {
        self.post(&activity.path("/actions"), &action).await
    }

    /// The report of an activity.
    pub async fn report(&self, activity: &Activity) -> Value {
        self.get(&activity.path("/report?format=json")).await.ok(200)
    }

    /// The whole journal that this person may see, gathered over all its pages.
    pub async fn journal(&self, number: &str) -> Vec<Value> {
        self.journal_in_pages_of(number, 500).await
    }

    /// The journal, in pages of at most `limit` entries.
    ///
    /// # Panics
    /// When a page is longer than asked for, or the entries are not in order.
    pub async fn journal_in_pages_of(&self, number: &str, limit: usize) -> Vec<Value> {
        let mut entries: Vec<Value> = Vec::new();
        let mut after = 0;
        loop {
            let page =
                self.get(&format!("/api/conferences/{number}/journal?after={after}&limit={limit}")).await.ok(200);
            let found = page["entries"].as_array().unwrap_or_else(|| panic!("no entries in {page}"));
            assert!(found.len() <= limit, "{} entries on a page of {limit}", found.len());
            for entry in found {
                let seq = entry["seq"].as_u64().unwrap_or_else(|| panic!("no seq in {entry}"));
                let last = entries.last().map_or(0, |entry| entry["seq"].as_u64().unwrap_or_default());
                assert!(seq > last, "the journal goes from {last} to {seq}");
                entries.push(entry.clone());
            }
            let Some(next) = page["next"].as_u64() else { return entries };
            assert!(next > after, "the page after {after} says that it goes on after {next}");
            after = next;
        }
    }
}

fn activity_from(value: Value) -> Activity {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("not an activity ({error}): {value}"))
}
