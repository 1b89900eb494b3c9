//! 发言: people line up to speak, an organizer calls one after another, and whoever leaves is out of the line.
//!
//! The smallest plugin that is told who comes and goes, and one that tells a single person something.
//!
//! # Invariants
//! * Nobody stands in line twice, nor while they speak.
//! * Who is no member neither waits nor speaks.

mod texts;

use hezi_sdk::{
    Activity, Attendance, Button, Cell, Counter, Done, Error, Form, Map, Member, Person, ReadCtx, Report, Result,
    Texts as _, Tone, View,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use texts::Texts;

type Ctx = hezi_sdk::Ctx<Event>;

const CONFIG: Cell<Config> = Cell::new("config");
/// Those who wait, by a number that grows, and where each of them stands.
const LINE: Map<u64, Waiting> = Map::new("line/");
const PLACES: Map<str, u64> = Map::new("place/");
const WAITING: Counter = Counter::new("waiting");
const LAST_PLACE: Counter = Counter::new("last_place");
const SPEAKER: Cell<Speaker> = Cell::new("speaker");
/// How long everybody has spoken in all.
const SPOKEN: Map<str, Spoken> = Map::new("spoken/");

const OVER: &str = "over";
const SHOWN_MAX: usize = 20;

/// What `export!` makes the plugin of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Speakers;

/// What an organizer chooses.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people speak about.
    #[schemars(length(min = 1, max = 200))]
    pub topic: String,
    /// How long each speaker has, in seconds.
    #[serde(default = "default_seconds")]
    #[schemars(range(min = 10, max = 3_600))]
    pub seconds: u32,
}

fn default_seconds() -> u32 {
    120
}

/// What a member does.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Gets in line.
    Raise {},
    /// Gets out of it again.
    Lower {},
    /// Calls the next speaker: for organizers.
    Next {},
    /// Ends a speech: for the speaker and organizers.
    Done {},
}

/// What one person is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It is your turn, until then in milliseconds since 1970.
    YourTurn {
        /// When the time is over.
        until_ms: u64,
    },
    /// Your time is over.
    TimeIsOver {},
}

#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    id: String,
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Speaker {
    id: String,
    name: String,
    since_ms: u64,
    until_ms: u64,
    over: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Spoken {
    name: String,
    ms: u64,
}

impl Activity for Speakers {
    const NAME: &'static str = "speakers";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Done;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        let texts: Texts = ctx.texts();
        texts.check_text("topic", &config.topic, 200)?;
        texts.check_number("seconds", config.seconds, 10..=3_600)?;
        CONFIG.set(ctx, &config);
        Ok(config.topic)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Done> {
        let texts: Texts = ctx.texts();
        match action {
            Action::Raise {} => get_in_line(ctx, caller)?,
            Action::Lower {} if take_out(ctx, &caller.id) => {}
            Action::Lower {} => return Err(Error::conflict(texts.not_in_line())),
            Action::Next {} => {
                caller.require_organizer(&texts.only_organizers_call())?;
                call_next(ctx)?;
            }
            Action::Done {} => {
                let Some(speaker) = SPEAKER.get(ctx) else { return Err(Error::conflict(texts.nobody_is_speaking())) };
                if speaker.id != caller.id {
                    caller.require_organizer(&texts.only_speaker_or_organizer())?;
                }
                end_speech(ctx);
            }
        }
        Ok(Done {})
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        let texts: Texts = ctx.texts();
        let mut view = View::new();
        view.heading(CONFIG.load(ctx).topic);
        let speaker = SPEAKER.get(ctx);
        match &speaker {
            Some(speaker) if speaker.over => view.notice(Tone::Warning, texts.time_is_over(&speaker.name)),
            Some(speaker) => {
                view.statistic(texts.speaking(), &speaker.name).countdown(texts.time_left(), speaker.until_ms)
            }
            None => view.text(texts.nobody_speaks()),
        };
        let line = LINE.entries(ctx).take(SHOWN_MAX).map(|(_, waiting)| Person::new(waiting.id, waiting.name, ""));
        view.people(texts.waiting(), line);
        let hidden = WAITING.get(ctx).saturating_sub(SHOWN_MAX as u64);
        if hidden > 0 {
            view.text(texts.more_waiting(hidden));
        }
        // One button for both: pressed while the viewer waits, and pressing it again takes it back.
        let waits = viewer.is_some_and(|viewer| PLACES.contains(ctx, &viewer.id));
        let action = if waits { Action::Lower {} } else { Action::Raise {} };
        view.buttons([Button::new(texts.raise(), &action).pressed_if(waits)]);
        view.form(Form::new(texts.next()).wrap("next").for_organizers());
        if speaker.is_some() {
            view.form(Form::new(texts.done()).wrap("done").for_organizers());
        }
        Ok(view)
    }

    /// The speaker's time is over: they are told, and everybody sees it. It is for people to end a speech.
    fn tick(ctx: &mut Ctx, _timer: &str) -> Result<()> {
        if let Some(speaker) = SPEAKER.get(ctx) {
            ctx.emit_to(&speaker.id, &Event::TimeIsOver {});
            SPEAKER.set(ctx, &Speaker { over: true, ..speaker });
        }
        Ok(())
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        end_speech(ctx);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        let texts: Texts = ctx.texts();
        report.columns([texts.column_member(), texts.column_name(), texts.column_seconds()]);
        report.rows_of(ctx, &SPOKEN, |id, spoken| [id, spoken.name, (spoken.ms / 1_000).to_string()]);
        Ok(())
    }
}

impl Attendance for Speakers {
    fn joined(_ctx: &mut Ctx, _member: &Member) -> Result<()> {
        Ok(())
    }

    fn left(ctx: &mut Ctx, member: &Member) -> Result<()> {
        take_out(ctx, &member.id);
        if SPEAKER.get(ctx).is_some_and(|speaker| speaker.id == member.id) {
            end_speech(ctx);
        }
        Ok(())
    }
}

hezi_sdk::export!(Speakers, attendance);

fn get_in_line(ctx: &mut Ctx, member: &Member) -> Result<()> {
    let texts: Texts = ctx.texts();
    if SPEAKER.get(ctx).is_some_and(|speaker| speaker.id == member.id) {
        return Err(Error::conflict(texts.you_speak()));
    }
    if PLACES.contains(ctx, &member.id) {
        return Err(Error::conflict(texts.raised_already()));
    }
    let place = LAST_PLACE.add(ctx, 1);
    LINE.set(ctx, &place, &Waiting { id: member.id.clone(), name: member.name.clone() });
    PLACES.set(ctx, &member.id, &place);
    WAITING.add(ctx, 1);
    Ok(())
}

/// Takes somebody out of the line; false if they were not in it.
fn take_out(ctx: &mut Ctx, id: &str) -> bool {
    let Some(place) = PLACES.get(ctx, id) else { return false };
    PLACES.remove(ctx, id);
    LINE.remove(ctx, &place);
    WAITING.subtract(ctx, 1);
    true
}

fn call_next(ctx: &mut Ctx) -> Result<()> {
    let Some((_, next)) = LINE.entries(ctx).next() else {
        return Err(Error::conflict(ctx.texts::<Texts>().nobody_waits()));
    };
    end_speech(ctx);
    take_out(ctx, &next.id);
    let since_ms = ctx.now_ms();
    let until_ms = since_ms + u64::from(CONFIG.load(ctx).seconds) * 1_000;
    ctx.set_timer(OVER, until_ms);
    ctx.emit_to(&next.id, &Event::YourTurn { until_ms });
    SPEAKER.set(ctx, &Speaker { id: next.id, name: next.name, since_ms, until_ms, over: false });
    Ok(())
}

/// Ends the speech, if there is one, and notes how long it was.
fn end_speech(ctx: &mut Ctx) {
    let Some(speaker) = SPEAKER.get(ctx) else { return };
    let before_ms = SPOKEN.get(ctx, &speaker.id).unwrap_or_default().ms;
    let ms = before_ms + ctx.now_ms().saturating_sub(speaker.since_ms);
    SPOKEN.set(ctx, &speaker.id, &Spoken { name: speaker.name, ms });
    SPEAKER.remove(ctx);
    ctx.cancel_timer(OVER);
}

#[cfg(test)]
mod tests;
