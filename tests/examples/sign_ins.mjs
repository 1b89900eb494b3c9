// Sign-in as the system that Hezi grew out of did it: one Node process, three calls to WeCom for each person. It stands
// beside Hezi in the benchmark `sign_ins`, which starts it and sends the same requests to both.
//
// The token is kept in a variable until it expires, without a thought for several requests that find it missing at the
// same time. Nobody checks `state`, there is no session, and nothing is kept. Unlike the original it reads the answer as
// JSON and keeps its connections to WeCom open, so that what is compared is the way and not its accidents.
//
// Environment: WECOM_URL, CORP_ID, AGENT_ID, SECRET, PUBLIC_URL. Prints `ready PORT`.

import http from "node:http";

const { WECOM_URL, CORP_ID, AGENT_ID, SECRET, PUBLIC_URL } = process.env;
const agent = new http.Agent({ keepAlive: true });

function call(method, path, query, body) {
  const url = new URL(path, WECOM_URL);
  url.search = new URLSearchParams(query).toString();
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers: { "content-type": "application/json" } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        try {
          const answer = JSON.parse(Buffer.concat(chunks).toString("utf8"));
          if (answer.errcode) reject(new Error(`${path}: ${answer.errcode} ${answer.errmsg}`));
          else resolve(answer);
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

let cached;

async function accessToken() {
  if (!cached || Date.now() >= cached.until) {
    const answer = await call("GET", "/cgi-bin/gettoken", { corpid: CORP_ID, corpsecret: SECRET });
    cached = { token: answer.access_token, until: Date.now() + answer.expires_in * 1000 };
  }
  return cached.token;
}

async function signIn(code) {
  const access_token = await accessToken();
  const info = await call("GET", "/cgi-bin/user/getuserinfo", { access_token, code });
  return call("POST", "/cgi-bin/user/getuserdetail", { access_token }, { user_ticket: info.user_ticket });
}

function authorizeUrl() {
  const query = new URLSearchParams({
    appid: CORP_ID,
    redirect_uri: `${PUBLIC_URL}/auth/callback`,
    response_type: "code",
    scope: "snsapi_privateinfo",
    agentid: AGENT_ID,
    state: "STATE",
  });
  return `${WECOM_URL}/connect/oauth2/authorize?${query}#wechat_redirect`;
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, PUBLIC_URL);
  if (url.pathname === "/auth/login") {
    response.writeHead(302, { location: authorizeUrl() });
    response.end();
    return;
  }
  signIn(url.searchParams.get("code")).then(
    (user) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: 200, user }));
    },
    (error) => {
      response.writeHead(500, { "content-type": "text/plain" });
      response.end(String(error));
    },
  );
});

server.listen(0, "127.0.0.1", () => console.log(`ready ${server.address().port}`));
