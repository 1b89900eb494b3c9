//! WeCom: its addresses, error codes and tokens. The only module that knows reqwest.
//!
//! Who signs in here is `sign_in`'s business; this module says what WeCom says. A call goes through `calls`, which asks the
//! `breaker` and brings the access token along, to `api`, whose `endpoint`s and `answer`s are WeCom's own; `error` says what to
//! do about a refusal. The token is cached (`token`), kept in the store encrypted (`seal`, `vault`), and never leaves it but on
//! the way to WeCom. This module stands above `store` so that the cache can keep its tokens without a detour through `app`.
//!
//! # Invariants
//! * No token, secret, code or ticket stands in a log line, an error, a metric, or an address that a browser gets.
//! * Every wait has a deadline, every answer a bound.
//! * While something is set up wrongly, WeCom is asked now and then only, and [`Wecom::trouble`] says what it is.

mod answer;
mod api;
mod breaker;
mod calls;
mod endpoint;
mod error;
mod links;
mod message;
mod seal;
mod signature;
mod token;
mod vault;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

pub use self::api::NoClient;
pub use self::error::{Trouble, WecomError};
pub use self::links::is_inside_wecom;
pub use self::message::{Invitation, Invited};
pub use self::seal::seal_of;
pub use self::signature::PageSignature;

use self::answer::{DetailAnswer, MemberAnswer, TicketAnswer, TokenAnswer};
use self::api::Api;
use self::breaker::Breaker;
use self::calls::Calls;
use self::endpoint::Endpoint;
use self::links::AuthorizationRequest;
use self::token::{Fetched, Fetching, Pace, TokenCache};
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::config::{Secret, WecomConfig, WecomScope};
use crate::domain::text::is_visible;
use crate::seal::Seal;
use crate::store::Store;

/// Asking for a token again before this may give the same one.
const FETCH_INTERVAL_MS: u64 = 1_000;
/// Longest wait for a token: the tries of a fetch, with their pauses.
const FETCH_WAIT: Duration = Duration::from_secs(20);
/// How often it is looked whether a test is due.
const TEST_ROUND: Duration = Duration::from_millis(500);

/// Who signed in, as WeCom knows them.
#[derive(Debug)]
pub enum Who {
    /// A member of the corp.
    Member {
        /// The id, as WeCom writes it.
        id: String,
        /// Opens the person's details, where the scope and the person allow it.
        ticket: Option<Secret>,
    },
    /// Somebody else, by an id that WeCom gives them for this corp.
    Outsider {
        /// WeCom's `openid` of them, or their `external_userid`.
        id: String,
    },
}

/// How a member is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What they are called in the corp.
    pub name: String,
    /// Address of a picture.
    pub avatar: Option<String>,
}

/// Which app of which corp.
struct Account {
    corp_id: String,
    agent_id: u64,
    secret: Secret,
}

impl Account {
    fn seal(&self, purpose: &str) -> Option<Seal> {
        seal_of(&self.corp_id, self.agent_id, &self.secret, purpose)
    }
}

struct WecomApp {
    calls: Arc<Calls>,
    tickets: Arc<TokenCache>,
    /// Refusals of access tokens up to which the ticket that is held may be believed.
    refusals: AtomicU64,
    account: Account,
    authorize_url: Url,
    login_url: Url,
    scope: WecomScope,
    clock: SharedClock,
    rng: SharedRng,
}

/// WeCom, for one app of one corp. Cheap to clone.
#[derive(Clone)]
pub struct Wecom(Arc<WecomApp>);

/// What WeCom is reached with.
pub struct Dependencies {
    /// Where tokens are kept, encrypted.
    pub store: Store,
    /// Tells the time; tests move it by hand.
    pub clock: SharedClock,
    /// Gives random bytes; simulations seed it.
    pub rng: SharedRng,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
}

impl Wecom {
    /// The app of these settings. Asks WeCom nothing yet.
    ///
    /// # Errors
    /// [`NoClient`] when the settings are not complete or the system has no certificates.
    pub fn new(config: &WecomConfig, of: Dependencies) -> Result<Self, NoClient> {
        let (corp_id, agent_id, secret) = config.account().ok_or_else(|| missing("corp_id"))?;
        let address = |text: &str, key| Url::parse(text).map_err(|_| missing(key));
        let account = Account { corp_id: corp_id.to_owned(), agent_id, secret: secret.clone() };
        let api = Arc::new(Api::new(config, Arc::clone(&of.rng))?);
        let tokens = token_cache(&account, &of, "token", fetching_tokens(&api, &account))?;
        let calls = Calls { api, tokens, breaker: Breaker::default(), clock: Arc::clone(&of.clock) };
        let calls = Arc::new(calls);
        let tickets = token_cache(&account, &of, "ticket", fetching_tickets(&calls))?;
        Ok(Self(Arc::new(WecomApp {
            calls,
            tickets,
            refusals: AtomicU64::new(0),
            account,
            authorize_url: address(&config.authorize_url, "authorize_url")?,
            login_url: address(&config.login_url, "login_url")?,
            scope: config.scope,
            clock: of.clock,
            rng: of.rng,
        })))
    }

    /// The corp's id, which is no secret.
    pub fn corp_id(&self) -> &str {
        &self.0.account.corp_id
    }

    /// The app's id, which is no secret.
    pub fn agent_id(&self) -> u64 {
        self.0.account.agent_id
    }

    /// A seal of this account for a purpose, none if its key cannot be derived.
    pub fn seal(&self, purpose: &str) -> Option<Seal> {
        self.0.account.seal(purpose)
    }

    /// Where a browser with this `User-Agent` begins to sign in. `state` has at most 128 of `a-zA-Z0-9`.
    pub fn sign_in_url(&self, user_agent: &str, redirect_uri: &str, state: &str) -> String {
        let app = &self.0;
        let request = AuthorizationRequest { corp_id: self.corp_id(), agent_id: self.agent_id(), redirect_uri, state };
        match is_inside_wecom(user_agent) {
            true => links::inside(&app.authorize_url, &request, app.scope),
            false => links::outside(&app.login_url, &request),
        }
    }

    /// Who signed in with this code. A code can be asked about once.
    ///
    /// # Errors
    /// [`WecomError::BadCode`] when the sign-in has to begin again; others when WeCom does not say.
    pub async fn who(&self, code: &str) -> Result<Who, WecomError> {
        let who = self.0.calls.who(code).await?;
        let named = |id: Option<String>| id.filter(|id| !id.is_empty());
        match (named(who.userid), named(who.openid).or(named(who.external_userid))) {
            (Some(id), _) => Ok(Who::Member { id, ticket: who.user_ticket.filter(|t| !t.expose().is_empty()) }),
            (None, Some(id)) => Ok(Who::Outsider { id }),
            (None, None) => Err(WecomError::Unreachable("the answer names nobody")),
        }
    }

    /// How a member is shown: by their details where a ticket opens them and they hold a name, else by the corp's address
    /// book.
    ///
    /// # Errors
    /// [`WecomError::UnknownMember`] when there is nothing to show; others when WeCom does not say.
    pub async fn profile(&self, id: &str, ticket: Option<&Secret>) -> Result<Profile, WecomError> {
        let detail = match ticket {
            // A ticket is good for half an hour; without it the address book has to do.
            Some(ticket) => self.detail(ticket).await.ok(),
            None => None,
        };
        let (name, avatar) = detail.map_or((None, None), |detail| (detail.name, detail.avatar));
        let avatar = avatar.filter(|url| url.starts_with("https://") && url.len() <= 512);
        if let Some(name) = name.filter(|name| is_visible(name)) {
            return Ok(Profile { name, avatar });
        }
        let member: MemberAnswer = self.0.calls.with_token(|token| self.ask_for_member(token, id)).await?;
        let name = [member.name, member.alias].into_iter().flatten().find(|name| is_visible(name));
        name.map(|name| Profile { name, avatar }).ok_or(WecomError::UnknownMember)
    }

    async fn ask_for_member(&self, token: Secret, id: &str) -> Result<MemberAnswer, WecomError> {
        let query = [("access_token", token.expose()), ("userid", id)];
        self.0.calls.api.get(Endpoint::UserGet, &query).await
    }

    async fn detail(&self, ticket: &Secret) -> Result<DetailAnswer, WecomError> {
        #[derive(Serialize)]
        struct Opened<'a> {
            user_ticket: &'a str,
        }
        let calls = &self.0.calls;
        calls
            .with_token(|token| async move {
                let query = [("access_token", token.expose())];
                calls.api.post(Endpoint::GetUserDetail, &query, &Opened { user_ticket: ticket.expose() }).await
            })
            .await
    }

    /// Signs the address of a page, so that it may use WeCom's JavaScript.
    ///
    /// # Errors
    /// [`WecomError`] when there is no ticket.
    pub async fn sign_page(&self, url: &str) -> Result<PageSignature, WecomError> {
        let refusals = self.0.calls.tokens.refusals();
        if self.0.refusals.swap(refusals, Ordering::AcqRel) != refusals {
            // A ticket ends with the access token that it was asked for with.
            self.0.tickets.discard();
        }
        let ticket = self.0.tickets.get().await?;
        let nonce = hex::encode(&random_32(self.0.rng.as_ref())[..16]);
        Ok(signature::sign(&ticket, nonce, self.0.clock.now_ms() / 1_000, url))
    }

    /// Sends members an invitation.
    ///
    /// # Errors
    /// [`WecomError`] when it was sent to nobody; who cannot be invited is in [`Invited`].
    pub async fn invite(&self, invitation: &Invitation<'_>) -> Result<Invited, WecomError> {
        message::send(&self.0.calls, self.agent_id(), invitation).await
    }

    /// What is set up wrongly and keeps everybody out, in words that say what to do.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.calls.trouble()
    }

    /// Gets a token at once, and finds out by itself when what was set up wrongly is right again. Ends with `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let calls = &self.0.calls;
        let watch = async {
            calls.warm_up().await;
            loop {
                tokio::time::sleep(TEST_ROUND).await;
                calls.test().await;
            }
        };
        tokio::select! {
            () = watch => {}
            () = stop.cancelled() => {}
        }
    }
}

fn missing(setting: &str) -> NoClient {
    NoClient::because(format!("the setting `wecom.{setting}` is missing or wrong"))
}

fn token_cache(
    account: &Account,
    of: &Dependencies,
    kind: &'static str,
    fetch: Box<dyn Fn() -> Fetching + Send + Sync>,
) -> Result<Arc<TokenCache>, NoClient> {
    let name = seal::derive(&account.corp_id, account.agent_id, &account.secret, &format!("name of the {kind}"));
    let (seal, name) = account.seal("wecom tokens").zip(name).ok_or_else(|| missing("secret"))?;
    Ok(TokenCache::new(token::Dependencies {
        kind,
        name: format!("wecom-{kind}-{}", hex::encode(&name[..16])),
        fetch,
        vault: Arc::new(of.store.clone()),
        seal,
        clock: Arc::clone(&of.clock),
        rng: Arc::clone(&of.rng),
        tasks: of.tasks.clone(),
        pace: Pace { interval_ms: FETCH_INTERVAL_MS, wait: FETCH_WAIT },
    }))
}

fn fetching_tokens(api: &Arc<Api>, account: &Account) -> Box<dyn Fn() -> Fetching + Send + Sync> {
    let (api, corp_id, secret) = (Arc::clone(api), account.corp_id.clone(), account.secret.clone());
    Box::new(move || {
        let (api, corp_id, secret) = (Arc::clone(&api), corp_id.clone(), secret.clone());
        Box::pin(async move {
            let query = [("corpid", corp_id.as_str()), ("corpsecret", secret.expose())];
            let TokenAnswer { access_token, expires_in } = api.get(Endpoint::GetToken, &query).await?;
            Ok(Fetched { value: access_token, life_ms: expires_in.saturating_mul(1_000) })
        })
    })
}

fn fetching_tickets(calls: &Arc<Calls>) -> Box<dyn Fn() -> Fetching + Send + Sync> {
    let calls = Arc::clone(calls);
    Box::new(move || {
        let calls = Arc::clone(&calls);
        Box::pin(async move {
            let ask = |token: Secret| {
                let api = &calls.api;
                async move { api.get(Endpoint::GetTicket, &[("access_token", token.expose())]).await }
            };
            let TicketAnswer { ticket, expires_in } = calls.with_token(ask).await?;
            Ok(Fetched { value: ticket, life_ms: expires_in.saturating_mul(1_000) })
        })
    })
}
