//! The most expensive honest calls: the built-in plugins with ten thousand members and the longest texts that they take.
//!
//! What counts is the share of the limit of work, which is the same on every machine; the time stands beside it.

use std::sync::Arc;

use hezi_plugin::{Answer, Call, CallContext, Cost, Engine, Instance, Member, Members, Plugin, Role, Space};

/// When the activities begin, in milliseconds since 1970.
const START_MS: u64 = 1_795_334_400_000;
/// Members of the conference.
const MEMBERS: usize = 10_000;

/// An activity in the middle of a large conference, and the most that each of its exports took.
struct Hall {
    instance: Instance,
    space: Space,
    members: Arc<Members>,
    now_ms: u64,
    most: Vec<(&'static str, Cost)>,
}

impl Hall {
    fn open(engine: &Engine, plugin: &str, config: String) -> Self {
        let plugin = Plugin::load(engine, &crate::component(plugin), None).expect("it passes the gate");
        let role = |n: usize| if n == 0 { Role::Organizer } else { Role::Participant };
        let member = |n: usize| Member { id: crate::id(n), name: format!("参加者{n}"), role: role(n) };
        let members = Arc::new((0..MEMBERS).map(member).collect());
        let mut hall =
            Self { instance: Instance::new(&plugin), space: Space::new(), members, now_ms: START_MS, most: Vec::new() };
        hall.call(Call::Open { config: &config });
        hall
    }

    fn call(&mut self, call: Call<'_>) -> Answer {
        let export = call.export().name();
        let members = Arc::clone(&self.members);
        // A second later each time: what is told to everyone is limited by the second.
        self.now_ms += 1_000;
        let context = CallContext {
            now_ms: self.now_ms,
            seed: [7; 32],
            members,
            online: Default::default(),
            language: Default::default(),
        };
        let report = self.instance.call(&mut self.space, context, call);
        let cost = report.cost;
        match self.most.iter_mut().find(|(known, _)| *known == export) {
            Some((_, most)) if weight(most) >= weight(&cost) => {}
            Some((_, most)) => *most = cost,
            None => self.most.push((export, cost)),
        }
        report.result.unwrap_or_else(|failure| panic!("{export}: {failure}")).answer
    }

    fn act(&mut self, n: usize, action: String) {
        let caller = self.members.get(&crate::id(n)).expect("a member").clone();
        self.call(Call::Act { caller, action: &action, on_behalf: None });
    }

    /// Everything that is left to do: it is looked at, closed, looked at again and reported on.
    fn end(mut self, what: &str, limit_fuel: u64) {
        self.call(Call::View { viewer: None, query: None });
        self.call(Call::Close);
        self.call(Call::View { viewer: None, query: None });
        let mut cursor: Option<String> = None;
        while let Answer::Report(page) = self.call(Call::Report { cursor: cursor.as_deref() }) {
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        for (export, cost) in &self.most {
            let share = weight(cost) as f64 * 100.0 / limit_fuel as f64;
            let (fuel, host) = (cost.fuel as f64 / 1e6, cost.host_fuel as f64 / 1e6);
            let ms = cost.cpu_ns as f64 / 1e6;
            println!(
                "{what:<12} {export:<8} {fuel:>8.3} M, host {host:>7.3} M, {share:>5.1} % of the limit, {ms:>7.2} ms"
            );
        }
    }
}

/// The half of a call's work that is nearer to the limit.
fn weight(cost: &Cost) -> u64 {
    cost.fuel.max(cost.host_fuel)
}

/// Prints the most expensive call of each export.
pub(crate) fn print(engine: &Engine) {
    let limit_fuel = engine.limits().call_fuel;
    println!("the most expensive calls with {MEMBERS} members; the limit is {} M", limit_fuel / 1_000_000);
    vote(engine, limit_fuel);
    lottery(engine, limit_fuel);
    rating(engine, limit_fuel);
    red_packet(engine, limit_fuel);
}

fn quoted(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",")
}

fn vote(engine: &Engine, limit_fuel: u64) {
    let options = quoted((0..50).map(|n| format!("{n:02}{}", "长".repeat(98))));
    let question = "问".repeat(500);
    let config = format!(r#"{{"question":"{question}","options":[{options}],"max_choices":50,"revisable":true}}"#);
    let mut hall = Hall::open(engine, "vote", config);
    (0..MEMBERS).for_each(|n| hall.act(n, format!(r#"{{"choose":[{options}]}}"#)));
    hall.end("vote", limit_fuel);
}

fn lottery(engine: &Engine, limit_fuel: u64) {
    let name = |n: usize| format!("{n:02}{}", "奖".repeat(58));
    let prizes: Vec<String> = (0..50).map(|n| format!(r#"{{"name":"{}","count":10000}}"#, name(n))).collect();
    let (title, prizes) = ("题".repeat(200), prizes.join(","));
    let config = format!(r#"{{"title":"{title}","prizes":[{prizes}],"repeat_winners":true}}"#);
    let mut hall = Hall::open(engine, "lottery", config);
    hall.act(0, r#"{"freeze":{}}"#.into());
    for n in 0..100 {
        let (prize, entropy) = (name(n % 50), format!("{n}{}", "熵".repeat(190)));
        hall.act(0, format!(r#"{{"draw":{{"prize":"{prize}","count":100,"entropy":"{entropy}"}}}}"#));
        hall.call(Call::View { viewer: None, query: None });
    }
    hall.end("lottery", limit_fuel);
}

fn rating(engine: &Engine, limit_fuel: u64) {
    let config = format!(r#"{{"subject":"{}","min":0,"max":100,"step":0.1}}"#, "评".repeat(500));
    let mut hall = Hall::open(engine, "rating", config);
    (0..MEMBERS).for_each(|n| hall.act(n, format!(r#"{{"score":{}.{}}}"#, n % 1_000 / 10, n % 10)));
    hall.end("rating", limit_fuel);
}

fn red_packet(engine: &Engine, limit_fuel: u64) {
    let greeting = "喜".repeat(100);
    let config =
        format!(r#"{{"total_cents":10000000000,"shares":10000,"greeting":"{greeting}","expires_in_s":2592000}}"#);
    let mut hall = Hall::open(engine, "red-packet", config);
    (0..MEMBERS).for_each(|n| hall.act(n, r#"{"grab":{}}"#.into()));
    hall.end("red-packet", limit_fuel);
}
