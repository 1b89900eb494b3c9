//! 投票: members choose among options, and the counts move with every ballot.
//!
//! Glue between the rules in [`rules`] and the room. Counts are kept and never counted again, so a vote with ten thousand
//! ballots costs what one with ten does.
//!
//! # Invariants
//! * The sum over all members of their choices equals the counts, and each member has at most one ballot.
//! * With `results: "after_close"` no view, event, reply or report tells a count or another's choice before the end.
//! * With `anonymous: true` none of them ever tells another's choice.

pub mod rules;

use hezi_sdk::{Activity, Cell, Counter, Counters, Error, Field, Form, Map, Member, ReadCtx, Report, Result, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use rules::{Ballot, Config, Results};

type Ctx = hezi_sdk::Ctx<Event>;

const CONFIG: Cell<Config> = Cell::new("config");
const CLOSED: Cell<bool> = Cell::new("closed");
const VOTERS: Counter = Counter::new("voters");
/// Votes for each option, by its index.
const VOTES: Counters<u32> = Counters::new("votes/");
/// Each voter's ballot, by member id.
const BALLOTS: Map<str, Ballot> = Map::new("ballot/");

/// Options named in the event at the end: fifty long ones would not fit into it.
const TOP_OPTIONS: usize = 10;

/// The activity.
#[derive(Debug)]
pub struct Vote;

/// What a member does: `{"choose":["A"]}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// 所选的选项
    #[schemars(length(min = 1, max = 50))]
    pub choose: Vec<String>,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// 所选的选项
    pub chosen: Vec<String>,
}

/// What everyone is told when the vote is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The vote is closed.
    Result {
        /// How many members voted.
        voters: u64,
        /// The options with the most votes, at most ten.
        top: Vec<OptionVotes>,
    },
}

/// An option and its votes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OptionVotes {
    /// The option.
    pub option: String,
    /// Its votes; absent while the results are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<u64>,
}

#[derive(Serialize)]
struct Summary {
    question: String,
    voters: u64,
    closed: bool,
    options: Vec<OptionVotes>,
    /// The rows have the numbers of the options, in the order above and from 1 on, since their names would be too much.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    numbered: bool,
}

impl Activity for Vote {
    const NAME: &'static str = "vote";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const TITLE: &'static str = "投票";
    const SUMMARY: &'static str = "大家从选项中选择，可多选、匿名、改票，结果可随时可见或结束后公布。";

    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check()?;
        CONFIG.set(ctx, &config);
        Ok(config.question)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        let config = CONFIG.load(ctx);
        let ballot = config.ballot(&action.choose)?;
        let before = BALLOTS.get(ctx, &caller.id);
        if before.is_some() && !config.revisable {
            return Err(Error::conflict("你已经投过票了，本次投票不能修改"));
        }
        if before.is_none() {
            VOTERS.add(ctx, 1);
        }
        let change = rules::change(&before.unwrap_or_default(), &ballot);
        for option in &change.lost {
            VOTES.subtract(ctx, option, 1);
        }
        for option in &change.gained {
            VOTES.add(ctx, option, 1);
        }
        BALLOTS.set(ctx, &caller.id, &ballot);
        Ok(Reply { chosen: action.choose })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        let config = CONFIG.load(ctx);
        let closed = is_closed(ctx);
        let mine = viewer.and_then(|viewer| BALLOTS.get(ctx, &viewer.id));
        let mut view = View::new();
        view.heading(&config.question).text(hint(&config)).statistic("投票人数", VOTERS.get(ctx).to_string());
        if are_shown(&config, closed) {
            let votes = votes(ctx, &config);
            view.bars("结果", VOTERS.get(ctx), config.options.iter().zip(votes));
        } else {
            view.text("结果将在投票结束后公布");
        }
        if let Some(mine) = &mine {
            view.text(format!("你的选择：{}", config.names(mine)));
        }
        if closed {
            view.text("投票已结束");
        } else if mine.is_none() || config.revisable {
            view.form(form(&config, mine.is_some()));
        }
        Ok(view)
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let config = CONFIG.load(ctx);
        let votes = votes(ctx, &config);
        let top = rules::leading(&votes, TOP_OPTIONS).into_iter();
        let top = top.map(|index| OptionVotes { option: config.options[index].clone(), votes: Some(votes[index]) });
        let event = Event::Result { voters: VOTERS.get(ctx), top: top.collect() };
        ctx.emit_everyone(&event);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        let config = CONFIG.load(ctx);
        let closed = is_closed(ctx);
        let shown = are_shown(&config, closed);
        report.summary(|| summary(ctx, &config, closed));
        if config.anonymous {
            report.columns(["选项", "票数"]);
            let votes = if shown { votes(ctx, &config) } else { Vec::new() };
            let cell = |index: usize| votes.get(index).map_or_else(|| HIDDEN.to_owned(), u64::to_string);
            report.rows_by_index(config.options.len(), |index| [config.options[index].clone(), cell(index)]);
        } else {
            report.columns(["成员", "姓名", "选择"]);
            let numbered = is_numbered(ctx, &config);
            let choice = |ballot: &Ballot| if numbered { rules::numbers(ballot) } else { config.names(ballot) };
            report.rows_of(ctx, &BALLOTS, |id, ballot| {
                let name = ctx.find_member(&id).map(|member| member.name).unwrap_or_default();
                [id, name, if shown { choice(&ballot) } else { HIDDEN.to_owned() }]
            });
        }
        Ok(())
    }
}

hezi_sdk::export!(Vote);

/// Most bytes that rows with names may take: a report has 16 MiB.
const ROWS_BYTES_MAX: u64 = 12 << 20;

/// What stands in the report where a result will stand after the end.
const HIDDEN: &str = "结束后公布";

fn is_closed(ctx: &ReadCtx) -> bool {
    CLOSED.get(ctx).unwrap_or(false)
}

fn are_shown(config: &Config, closed: bool) -> bool {
    closed || config.results == Results::Live
}

/// The votes of every option, in the order of the configuration.
fn votes(ctx: &ReadCtx, config: &Config) -> Vec<u64> {
    let mut votes = vec![0; config.options.len()];
    for (option, count) in VOTES.entries(ctx) {
        votes[option as usize] = count;
    }
    votes
}

fn summary(ctx: &ReadCtx, config: &Config, closed: bool) -> Summary {
    let votes = if are_shown(config, closed) { votes(ctx, config) } else { Vec::new() };
    let options = config.options.iter().enumerate();
    let options =
        options.map(|(index, option)| OptionVotes { option: option.clone(), votes: votes.get(index).copied() });
    let (question, options, numbered) = (config.question.clone(), options.collect(), is_numbered(ctx, config));
    Summary { question, voters: VOTERS.get(ctx), closed, options, numbered }
}

/// Whether the names of what everybody chose could be more than a report may have.
fn is_numbered(ctx: &ReadCtx, config: &Config) -> bool {
    !config.anonymous && VOTERS.get(ctx).saturating_mul(config.row_bytes_max()) > ROWS_BYTES_MAX
}

fn hint(config: &Config) -> String {
    let mut hint = match config.max_choices {
        1 => "单选".to_owned(),
        most => format!("最多选 {most} 项"),
    };
    if config.anonymous {
        hint.push_str(" · 匿名");
    }
    if config.revisable {
        hint.push_str(" · 可以改票");
    }
    hint
}

fn form(config: &Config, revises: bool) -> Form {
    let field = Field::choices("choose", "请选择", &config.options, config.max_choices);
    Form::new(if revises { "改票" } else { "投票" }).field(field)
}

#[cfg(test)]
mod tests;
