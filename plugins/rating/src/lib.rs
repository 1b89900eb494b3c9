//! 评分: members give a score on a scale; everybody sees the average and how the scores are spread.
//!
//! Glue between the rules in [`rules`] and the room. Sum, number and spread are kept and never summed up again.
//!
//! # Invariants
//! * Sum and number match the members' scores; each member has at most one, and a revision replaces it.
//! * Scores are exact decimals ([`score::Score`]): no sum is ever a binary fraction.

pub mod rules;
pub mod score;

use hezi_sdk::{Activity, Cell, Counters, Error, Field, Form, Map, Member, ReadCtx, Report, Result, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use rules::{Config, Total};
use score::Score;

type Ctx = hezi_sdk::Ctx<Event>;

const CONFIG: Cell<Config> = Cell::new("config");
const CLOSED: Cell<bool> = Cell::new("closed");
const TOTAL: Cell<Total> = Cell::new("total");
/// How many scores there are at each level of the scale.
const LEVELS: Counters<u32> = Counters::new("level/");
/// Each member's score, by member id.
const SCORES: Map<str, Score> = Map::new("score/");

/// Most levels that are shown as stars; a longer scale is a field for a number.
const STARS_MAX: u32 = 10;

/// The activity.
#[derive(Debug)]
pub struct Rating;

/// What a member does: `{"score":4}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// 分数
    pub score: Score,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// 分数
    pub score: Score,
}

/// What everyone is told when the rating is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The rating is closed.
    Result {
        /// How many members gave a score.
        count: u64,
        /// The average, rounded to two places; absent without a score.
        #[serde(skip_serializing_if = "Option::is_none")]
        average: Option<String>,
    },
}

#[derive(Serialize)]
struct Summary {
    subject: String,
    closed: bool,
    count: u64,
    sum: String,
    average: Option<String>,
    distribution: Vec<LevelCount>,
}

#[derive(Serialize)]
struct LevelCount {
    score: Score,
    count: u64,
}

impl Activity for Rating {
    const NAME: &'static str = "rating";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const TITLE: &'static str = "评分";
    const SUMMARY: &'static str = "大家给一个对象打分，实时显示平均分和分布。";

    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check()?;
        CONFIG.set(ctx, &config);
        TOTAL.set(ctx, &Total::default());
        Ok(config.subject)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        let config = CONFIG.load(ctx);
        let level = config.level(action.score)?;
        let before = SCORES.get(ctx, &caller.id);
        if let Some(before) = before {
            if !config.revisable {
                return Err(Error::conflict("你已经评过分了，本次评分不能修改"));
            }
            LEVELS.subtract(ctx, &config.level(before)?, 1);
        }
        LEVELS.add(ctx, &level, 1);
        let total = TOTAL.load(ctx).change(before, action.score);
        TOTAL.set(ctx, &total);
        SCORES.set(ctx, &caller.id, &action.score);
        Ok(Reply { score: action.score })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        let config = CONFIG.load(ctx);
        let total = TOTAL.load(ctx);
        let closed = CLOSED.get(ctx).unwrap_or(false);
        let mine = viewer.and_then(|viewer| SCORES.get(ctx, &viewer.id));
        let mut view = View::new();
        view.heading(&config.subject);
        view.statistic("平均分", total.average().unwrap_or_else(|| "暂无".to_owned()));
        view.statistic("评分人数", total.count.to_string());
        view.bars("分布", total.count, config.bars(&counts(ctx, &config)));
        if let Some(mine) = mine {
            view.text(format!("你的评分：{mine}"));
        }
        if closed {
            view.text("评分已结束");
        } else if mine.is_none() || config.revisable {
            view.form(form(&config, mine.is_some()));
        }
        Ok(view)
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let total = TOTAL.load(ctx);
        ctx.emit_everyone(&Event::Result { count: total.count, average: total.average() });
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        report.columns(["成员", "姓名", "分数"]);
        report.summary(|| summary(ctx));
        report.rows_of(ctx, &SCORES, |id, score| {
            let name = ctx.find_member(&id).map(|member| member.name).unwrap_or_default();
            [id, name, score.to_string()]
        });
        Ok(())
    }
}

hezi_sdk::export!(Rating);

/// The number of scores at every level.
fn counts(ctx: &ReadCtx, config: &Config) -> Vec<u64> {
    let mut counts = vec![0; config.levels() as usize];
    for (level, count) in LEVELS.entries(ctx) {
        counts[level as usize] = count;
    }
    counts
}

fn summary(ctx: &ReadCtx) -> Summary {
    let config = CONFIG.load(ctx);
    let total = TOTAL.load(ctx);
    let levels = (0..).zip(counts(ctx, &config)).filter(|(_, count)| *count > 0);
    Summary {
        closed: CLOSED.get(ctx).unwrap_or(false),
        count: total.count,
        sum: rules::decimal(total.sum_hundredths),
        average: total.average(),
        distribution: levels.map(|(level, count)| LevelCount { score: config.score(level), count }).collect(),
        subject: config.subject,
    }
}

fn form(config: &Config, revises: bool) -> Form {
    let (min, max, step) = (config.min.to_f64(), config.max.to_f64(), config.step.to_f64());
    let field = if config.levels() <= STARS_MAX { Field::rating } else { Field::number };
    let field = field("score".to_owned(), "请评分".to_owned(), min, max, step);
    Form::new(if revises { "改分" } else { "评分" }).field(field)
}

#[cfg(test)]
mod tests;
