//! The calls below `/cgi-bin`: each is counted, checked, and answered with an `errcode`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};

use super::Call;
use super::desk::{Desk, Fields, Inside};
use super::messages::{Receivers, Sent, receivers};
use super::papers::{Code, Rejected, Way};
use super::people::Standing;
use super::rules::{AGENT_ID, CORP_ID, SECRET};

/// `errcode` and `errmsg` of what was refused.
pub(super) type Refusal = (i64, String);

type Asked = Query<BTreeMap<String, String>>;
type At = State<Arc<Desk>>;

pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route(Call::GetToken.path(), get(get_token))
        .route(Call::GetUserInfo.path(), get(get_user_info))
        .route(Call::OldGetUserInfo.path(), get(old_get_user_info))
        .route(Call::GetUserDetail.path(), post(get_user_detail))
        .route(Call::OldGetUserDetail.path(), post(old_get_user_detail))
        .route(Call::GetUser.path(), get(get_user))
        .route(Call::GetJsTicket.path(), get(get_js_ticket))
        .route(Call::GetAgentTicket.path(), get(get_agent_ticket))
        .route(Call::SendMessage.path(), post(send_message))
}

/// The answer as WeCom gives it: status 200 in any case, `errcode` and `errmsg` beside the fields.
pub(super) fn answer(desk: &Desk, call: Call, result: Result<Value, Refusal>) -> Response {
    let (errcode, errmsg, mut fields) = match result {
        Ok(fields) => (0, "ok".to_owned(), fields),
        Err((errcode, errmsg)) => (errcode, errmsg, json!({})),
    };
    desk.inside().tally.count_answer(call, errcode);
    fields["errcode"] = errcode.into();
    fields["errmsg"] = errmsg.into();
    as_json(fields.to_string())
}

fn as_json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json; charset=UTF-8")], text).into_response()
}

fn refused<T>(code: i64, text: &str) -> Result<T, Refusal> {
    Err((code, text.to_owned()))
}

fn parameter<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

async fn get_token(State(desk): At, asked: Asked) -> Response {
    if let Err(failed) = desk.receive(Call::GetToken).await {
        return failed;
    }
    answer(&desk, Call::GetToken, token(&desk, &asked))
}

fn token(desk: &Desk, asked: &Asked) -> Result<Value, Refusal> {
    let now_ms = desk.now_ms();
    let mut inside = desk.inside();
    inside.count(Call::GetToken, now_ms)?;
    let right = match (parameter(asked, "corpid"), parameter(asked, "corpsecret")) {
        (None, _) => refused(41002, "corpid missing"),
        (_, None) => refused(41004, "corpsecret missing"),
        (Some(corp), _) if corp != CORP_ID => refused(40013, "invalid corpid"),
        (_, Some(secret)) if secret != SECRET => refused(40001, "invalid credential"),
        _ => Ok(()),
    };
    if let Err(refusal) = right {
        inside.limits.count_wrong_token(now_ms);
        return Err(refusal);
    }
    let lives_s = inside.rules.token_lives_s;
    let (text, expires_in) = inside.papers.token(now_ms, lives_s);
    Ok(json!({ "access_token": text, "expires_in": expires_in }))
}

async fn get_user_info(State(desk): At, asked: Asked) -> Response {
    let fields = match desk.receive(Call::GetUserInfo).await {
        Ok(fields) => fields,
        Err(failed) => return failed,
    };
    match who(&desk, Call::GetUserInfo, &asked) {
        Ok(who) if fields == Fields::Before2022 => answer_as_before_2022(&desk, Call::GetUserInfo, &who),
        result => answer(&desk, Call::GetUserInfo, result.map(Who::of_today)),
    }
}

async fn old_get_user_info(State(desk): At, asked: Asked) -> Response {
    if let Err(failed) = desk.receive(Call::OldGetUserInfo).await {
        return failed;
    }
    match who(&desk, Call::OldGetUserInfo, &asked) {
        Ok(who) => answer_as_before_2022(&desk, Call::OldGetUserInfo, &who),
        Err(refusal) => answer(&desk, Call::OldGetUserInfo, Err(refusal)),
    }
}

/// Whose code it was.
struct Who {
    user_id: Option<String>,
    open_id: Option<String>,
    external_userid: Option<String>,
    user_ticket: Option<String>,
}

impl Who {
    fn of_today(self) -> Value {
        let mut fields = json!({});
        let named = [
            ("userid", self.user_id),
            ("openid", self.open_id),
            ("external_userid", self.external_userid),
            ("user_ticket", self.user_ticket),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                fields[name] = value.into();
            }
        }
        fields
    }
}

/// The fields of before 2022, in their order: programs were written that counted on it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BeforeTwentyTwentyTwo<'a> {
    #[serde(rename = "errcode")]
    errcode: i64,
    #[serde(rename = "errmsg")]
    errmsg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_id: Option<&'a str>,
    #[serde(rename = "external_userid", skip_serializing_if = "Option::is_none")]
    external_userid: Option<&'a str>,
    device_id: &'a str,
    #[serde(rename = "user_ticket", skip_serializing_if = "Option::is_none")]
    user_ticket: Option<&'a str>,
    #[serde(rename = "expires_in", skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
}

fn answer_as_before_2022(desk: &Desk, call: Call, who: &Who) -> Response {
    desk.inside().tally.count_answer(call, 0);
    let fields = BeforeTwentyTwentyTwo {
        errcode: 0,
        errmsg: "ok",
        user_id: who.user_id.as_deref(),
        open_id: who.open_id.as_deref(),
        external_userid: who.external_userid.as_deref(),
        device_id: "6d756368612d64657669636520",
        user_ticket: who.user_ticket.as_deref(),
        expires_in: who.user_ticket.as_ref().map(|_| 1_800),
    };
    as_json(serde_json::to_string(&fields).expect("texts and numbers become JSON"))
}

fn who(desk: &Desk, call: Call, asked: &Asked) -> Result<Who, Refusal> {
    let now_ms = desk.now_ms();
    // With a good code it counts against no limit, so the limit is looked at only when the code is bad.
    let used = match parameter(asked, "code") {
        None => refused(41008, "missing code"),
        Some(_) if !desk.has_good_token(asked) => desk.admit(call, parameter(asked, "access_token")).map(|()| None),
        Some(code) => desk.inside().use_code(code, now_ms).map(Some),
    };
    match used {
        Ok(Some(code)) => Ok(desk.inside().describe(&code, now_ms)),
        Ok(None) => refused(40014, "invalid access_token"),
        Err(refusal) => {
            desk.inside().count(call, now_ms)?;
            Err(refusal)
        }
    }
}

impl Desk {
    fn has_good_token(&self, asked: &Asked) -> bool {
        let now_ms = self.now_ms();
        let inside = self.inside();
        let lives_s = inside.rules.token_lives_s;
        let token = parameter(asked, "access_token");
        token.is_some_and(|token| inside.papers.check_token(token, now_ms, lives_s).is_ok())
    }
}

impl Inside {
    fn use_code(&mut self, text: &str, now_ms: u64) -> Result<Code, Refusal> {
        let lives_s = self.rules.code_lives_s;
        self.papers.use_code(text, now_ms, lives_s).map_err(|rejected| match rejected {
            Rejected::Unknown => (40029, "invalid code".to_owned()),
            Rejected::Expired => (42003, "code expired".to_owned()),
        })
    }

    fn describe(&mut self, code: &Code, now_ms: u64) -> Who {
        let nobody = Who { user_id: None, open_id: None, external_userid: None, user_ticket: None };
        let Some(person) = self.people.find(&code.person).cloned() else { return nobody };
        match &person.standing {
            Standing::Stranger { external_userid } => {
                Who { open_id: Some(person.id.clone()), external_userid: external_userid.clone(), ..nobody }
            }
            Standing::Member { in_scope, .. } => {
                let tells = *in_scope && code.way == Way::PrivateInfo;
                let user_ticket = tells.then(|| self.papers.new_user_ticket(&person.id, now_ms));
                Who { user_id: Some(person.id.clone()), user_ticket, ..nobody }
            }
        }
    }
}

async fn get_user_detail(state: At, asked: Asked, body: Bytes) -> Response {
    detail(state, asked, body, Call::GetUserDetail).await
}

async fn old_get_user_detail(state: At, asked: Asked, body: Bytes) -> Response {
    detail(state, asked, body, Call::OldGetUserDetail).await
}

async fn detail(State(desk): At, asked: Asked, body: Bytes, call: Call) -> Response {
    if let Err(failed) = desk.receive(call).await {
        return failed;
    }
    let result = desk.admit(call, parameter(&asked, "access_token")).and_then(|()| detail_of(&desk, &body));
    answer(&desk, call, result)
}

fn detail_of(desk: &Desk, body: &Bytes) -> Result<Value, Refusal> {
    let body = read_json(body)?;
    let Some(ticket) = body["user_ticket"].as_str() else { return refused(84016, "user_ticket missing") };
    let now_ms = desk.now_ms();
    let user = desk.inside().papers.user_of_ticket(ticket, now_ms).map_err(|rejected| match rejected {
        Rejected::Unknown => (84015, "invalid user_ticket".to_owned()),
        Rejected::Expired => (84014, "user_ticket expired".to_owned()),
    })?;
    // No `name`: apps that were made after June 2022 do not get it here.
    Ok(json!({
        "userid": user, "gender": "0", "avatar": "https://wework.qpic.cn/bizmail/standin/0", "qr_code": "",
        "mobile": "13800000000", "email": "", "biz_mail": "", "address": "",
    }))
}

fn read_json(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|error| (47001, format!("data format error: {error}")))
}

async fn get_user(State(desk): At, asked: Asked) -> Response {
    if let Err(failed) = desk.receive(Call::GetUser).await {
        return failed;
    }
    let result = desk.admit(Call::GetUser, parameter(&asked, "access_token")).and_then(|()| entry(&desk, &asked));
    answer(&desk, Call::GetUser, result)
}

fn entry(desk: &Desk, asked: &Asked) -> Result<Value, Refusal> {
    let Some(id) = parameter(asked, "userid") else { return refused(41009, "userid missing") };
    let inside = desk.inside();
    match inside.people.find(id).map(|person| (&person.id, &person.standing)) {
        Some((id, Standing::Member { name, in_scope: true })) => {
            Ok(json!({ "userid": id, "name": name, "alias": "", "department": [1], "status": 1, "position": "" }))
        }
        Some((_, Standing::Member { in_scope: false, .. })) => refused(60011, "no privilege to access"),
        _ => refused(60111, "userid not found"),
    }
}

async fn get_js_ticket(State(desk): At, asked: Asked) -> Response {
    ticket(&desk, Call::GetJsTicket, &asked).await
}

async fn get_agent_ticket(State(desk): At, asked: Asked) -> Response {
    ticket(&desk, Call::GetAgentTicket, &asked).await
}

async fn ticket(desk: &Desk, call: Call, asked: &Asked) -> Response {
    if let Err(failed) = desk.receive(call).await {
        return failed;
    }
    let result = desk.admit(call, parameter(asked, "access_token")).and_then(|()| {
        let now_ms = desk.now_ms();
        let mut inside = desk.inside();
        let lives_s = inside.rules.token_lives_s;
        let (text, expires_in) = match (call, parameter(asked, "type")) {
            (Call::GetJsTicket, _) => inside.papers.fresh_js_ticket(now_ms, lives_s),
            (_, Some("agent_config")) => inside.papers.fresh_agent_ticket(now_ms, lives_s),
            _ => return refused(40058, "type is `agent_config`"),
        };
        Ok(json!({ "ticket": text, "expires_in": expires_in }))
    });
    answer(desk, call, result)
}

async fn send_message(State(desk): At, asked: Asked, body: Bytes) -> Response {
    if let Err(failed) = desk.receive(Call::SendMessage).await {
        return failed;
    }
    let result = desk.admit(Call::SendMessage, parameter(&asked, "access_token")).and_then(|()| {
        let body = read_json(&body)?;
        let mut inside = desk.inside();
        let Receivers { valid, invalid } = receivers(&body, &inside.people, AGENT_ID)?;
        inside.messages.push(Sent { to: valid, body });
        let msgid = format!("msg{}", inside.messages.len());
        Ok(json!({
            "invaliduser": invalid.join("|"), "invalidparty": "", "invalidtag": "", "unlicenseduser": "", "msgid": msgid
        }))
    });
    answer(&desk, Call::SendMessage, result)
}
