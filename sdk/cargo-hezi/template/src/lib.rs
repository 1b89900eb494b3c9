//! One question for the room: everybody picks an answer, and the right one is shown when the time is up.
//!
//! Glue between the rules in [`rules`] and the room. Start reading at `impl Activity`.
//!
//! # Invariants
//! * Each member picks at most once, and the counts add up to the picks.
//! * Which answer is right stands in no view, reply, event or report before it is revealed.

pub mod rules;
pub mod texts;

use hezi_sdk::{Activity, Cell, Counters, Error, Field, Form, Map, Member, ReadCtx, Report, Result, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use rules::Config;
use texts::Texts;

type Ctx = hezi_sdk::Ctx<Event>;

// The state: nothing else lasts from one call to the next, a `static` least of all.
const CONFIG: Cell<Config> = Cell::new("config");
/// When the time is up, in milliseconds since 1970.
const UNTIL_MS: Cell<u64> = Cell::new("until_ms");
const REVEALED: Cell<bool> = Cell::new("revealed");
/// What each member picked, by member id: the index of an answer.
const PICKS: Map<str, u32> = Map::new("pick/");
/// How many picked each answer. Kept with every pick, so that a view never has to count.
const COUNTS: Counters<u32> = Counters::new("count/");

const TIMER: &str = "time";

/// What `export!` makes the plugin of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Question;

/// What members do: `{"pick":{"answer":"4"}}`, and organizers `{"reveal":{}}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Picks an answer.
    Pick {
        /// The answer, as it stands in the configuration.
        answer: String,
    },
    /// Shows the right answer before the time is up: for organizers.
    Reveal {},
}

/// What the one who acted is answered.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The pick is recorded.
    Picked {
        /// What they picked, as it stands in the configuration.
        answer: String,
    },
    /// The right answer is out.
    Revealed(Outcome),
}

/// What everybody is told at once. Rare: what moves with every action belongs into the view.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The right answer is out.
    Revealed(Outcome),
}

/// How the question went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outcome {
    /// The right answer.
    pub answer: String,
    /// How many picked it.
    pub right: u64,
    /// How many picked anything.
    pub of: u64,
}

impl Activity for Question {
    const NAME: &'static str = "{{name}}";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
        let until_ms = config.ends_at_ms(ctx.now_ms());
        CONFIG.set(ctx, &config);
        UNTIL_MS.set(ctx, &until_ms);
        ctx.set_timer(TIMER, until_ms);
        Ok(config.question)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::Pick { answer } => pick(ctx, caller, answer),
            Action::Reveal {} => {
                // Everybody can send every action: roles are yours to check.
                caller.require_organizer(&texts(ctx).only_organizers_reveal())?;
                if is_revealed(ctx) {
                    return Err(Error::conflict(texts(ctx).revealed_already()));
                }
                Ok(Reply::Revealed(reveal(ctx)))
            }
        }
    }

    /// The time is up.
    fn tick(ctx: &mut Ctx, _timer: &str) -> Result<()> {
        reveal(ctx);
        Ok(())
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        if !is_revealed(ctx) {
            reveal(ctx);
        }
        Ok(())
    }

    /// `viewer` is none for the room's big screen, so what only one member may see must depend on it.
    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        let (config, texts) = (CONFIG.load(ctx), texts(ctx));
        let mine = viewer.and_then(|viewer| PICKS.get(ctx, &viewer.id));
        let mut view = View::new();
        view.heading(&config.question).statistic(texts.answered(), picks(ctx).to_string());
        if let Some(mine) = mine {
            view.text(texts.your_answer(config.answer(mine)));
        }
        if is_revealed(ctx) {
            let counts = config.answers.iter().zip(0..).map(|(answer, index)| (answer, COUNTS.get(ctx, &index)));
            view.bars(texts.everybodys_answers(), picks(ctx), counts);
            view.celebration(texts.right_answer(&config.correct));
            return Ok(view);
        }
        view.countdown(texts.reveals_in(), UNTIL_MS.load(ctx));
        if mine.is_none() {
            let answer = Field::choice("answer", texts.pick_one(), &config.answers);
            view.form(Form::new(texts.send()).wrap("pick").field(answer));
        }
        view.form(Form::new(texts.reveal_now()).wrap("reveal").for_organizers());
        Ok(view)
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        let (config, texts) = (CONFIG.load(ctx), texts(ctx));
        report.columns([texts.column_member(), texts.column_name(), texts.column_answer()]);
        report.summary(|| summary(ctx, &config));
        report.rows_of(ctx, &PICKS, |id, pick| {
            let name = ctx.find_member(&id).map(|member| member.name).unwrap_or_default();
            [id, name, config.answer(pick).to_owned()]
        });
        Ok(())
    }
}

hezi_sdk::export!(Question);

/// The texts in the language that the host chose for this call.
fn texts(ctx: &ReadCtx) -> Texts {
    ctx.texts()
}

fn pick(ctx: &mut Ctx, caller: &Member, answer: String) -> Result<Reply> {
    let index = CONFIG.load(ctx).index(&answer, texts(ctx))?;
    // The timer may be late, so the time is looked at here, too.
    if is_revealed(ctx) || ctx.now_ms() >= UNTIL_MS.load(ctx) {
        return Err(Error::conflict(texts(ctx).too_late()));
    }
    if PICKS.contains(ctx, &caller.id) {
        return Err(Error::conflict(texts(ctx).picked_already()));
    }
    PICKS.set(ctx, &caller.id, &index);
    COUNTS.add(ctx, &index, 1);
    Ok(Reply::Picked { answer })
}

fn reveal(ctx: &mut Ctx) -> Outcome {
    REVEALED.set(ctx, &true);
    ctx.cancel_timer(TIMER);
    let outcome = outcome(ctx, &CONFIG.load(ctx));
    ctx.emit_everyone(&Event::Revealed(outcome.clone()));
    outcome
}

fn outcome(ctx: &ReadCtx, config: &Config) -> Outcome {
    let right = COUNTS.get(ctx, &config.correct_index());
    Outcome { answer: config.correct.clone(), right, of: picks(ctx) }
}

fn is_revealed(ctx: &ReadCtx) -> bool {
    REVEALED.get(ctx).unwrap_or(false)
}

fn picks(ctx: &ReadCtx) -> u64 {
    COUNTS.entries(ctx).map(|(_, count)| count).sum()
}

/// The figures above the table. An organizer may read them at any time, so the answer has to wait here, too.
#[derive(Serialize)]
struct Summary {
    question: String,
    picks: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
}

fn summary(ctx: &ReadCtx, config: &Config) -> Summary {
    let outcome = is_revealed(ctx).then(|| outcome(ctx, config));
    Summary { question: config.question.clone(), picks: picks(ctx), outcome }
}

#[cfg(test)]
mod tests;
