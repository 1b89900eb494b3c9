//! What people see of a packet: the view and the report.
//!
//! # Invariants
//! * Shares that nobody grabbed, and the nonce, are shown after the end only.
//! * A view fits into what the host shows, however many shares there are and whatever people are called.

use hezi_sdk::{Form, Member, Person, ReadCtx, Report, Tone, View, fitting};
use serde::Serialize;

use crate::ledger::{Ledger, Reason};
use crate::messages::Grab;
use crate::rules::{Mode, yuan};
use crate::shares;
use crate::state::{GRABS, LEDGER, PACKET, PLACES, Packet, best_luck};
use crate::texts::Texts;

/// Grabbers in the view, the latest first.
const LATEST: u32 = 200;
/// Most bytes of them.
const LATEST_BYTES_MAX: usize = 64 << 10;
/// Most bytes of the list of shares; a longer one stands in the report.
const SHARES_BYTES_MAX: usize = 32 << 10;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (packet, ledger, texts) = (PACKET.load(ctx), LEDGER.load(ctx), ctx.texts::<Texts>());
    let mine = viewer.and_then(|viewer| PLACES.get(ctx, &viewer.id)).and_then(|place| GRABS.get(ctx, &place));
    let mut view = View::new();
    view.heading(&packet.greeting).text(texts.is_simulated());
    if let Some(mine) = &mine {
        view.notice(Tone::Success, texts.you_got(&yuan(mine.cents)));
    }
    view.statistic(texts.taken(), texts.taken_shares(ledger.taken, packet.shares));
    let (taken, total) = (yuan(ledger.taken_cents), yuan(packet.total_cents));
    view.statistic(texts.taken_money(), texts.of_yuan(&taken, &total));
    match ledger.end.map(|end| end.reason) {
        None => {
            view.countdown(texts.expiry(), packet.expires_at_ms);
            if mine.is_none() {
                view.form(Form::new(texts.grab()).wrap("grab"));
            }
        }
        Some(Reason::Taken) => drop(view.text(texts.is_taken())),
        Some(reason) => {
            let expired = reason == Reason::Expired;
            view.text(if expired { texts.expired_and_refunded() } else { texts.closed_and_refunded() });
            view.statistic(texts.refunded(), texts.yuan(&yuan(ledger.refunded_cents())));
        }
    }
    grabbers(ctx, &packet, &ledger, &mut view);
    fairness(ctx, &packet, &ledger, &mut view);
    view
}

fn grabbers(ctx: &ReadCtx, packet: &Packet, ledger: &Ledger, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    let best = if ledger.end.is_some() { best_luck(ctx, packet, ledger) } else { None };
    if let Some(best) = &best {
        view.celebration(texts.best_luck(&best.name, &yuan(best.cents)));
    }
    let is_best = |grab: &Grab| best.as_ref().is_some_and(|best| best.id == grab.id);
    let latest = (ledger.taken.saturating_sub(LATEST)..ledger.taken).rev();
    let people = latest.filter_map(|place| GRABS.get(ctx, &place)).map(|grab| {
        let yuan = yuan(grab.cents);
        let detail = if is_best(&grab) { texts.with_best_luck(&yuan) } else { texts.yuan(&yuan) };
        Person::new(grab.id, grab.name, detail)
    });
    let people = fitting(people, LATEST_BYTES_MAX, Person::json_bytes);
    let shown = people.len();
    if shown > 0 {
        view.people(texts.grabbers(), people);
    }
    if shown < ledger.taken as usize {
        view.text(texts.latest_of_many(shown));
    }
}

/// What anybody needs to check that the split was settled before the first grab.
fn fairness(ctx: &ReadCtx, packet: &Packet, ledger: &Ledger, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    view.text(texts.commitment(&packet.commitment));
    if ledger.end.is_some() {
        view.text(texts.nonce(&packet.nonce));
        let list = joined(&shares::all(ctx));
        view.text(if list.len() <= SHARES_BYTES_MAX { texts.shares_in_cents(&list) } else { texts.shares_in_report() });
    }
}

fn joined(shares: &[u64]) -> String {
    // A list of ten thousand is written into one text and not into ten thousand.
    let mut text = String::with_capacity(shares.len() * 6);
    for share in shares {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&share.to_string());
    }
    text
}

#[derive(Serialize)]
struct Summary {
    total_cents: u64,
    shares: u32,
    mode: Mode,
    taken: u32,
    taken_cents: u64,
    left_cents: u64,
    refunded_cents: u64,
    simulated: bool,
    commitment: String,
    /// The nonce, after the end.
    nonce: Option<String>,
    /// All shares in the order of the queue, after the end.
    shares_cents: Option<Vec<u64>>,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let texts = ctx.texts::<Texts>();
    report.columns([texts.column_place(), texts.column_member(), texts.column_name(), texts.column_cents()]);
    report.summary(|| summary(ctx));
    report.rows_of(ctx, &GRABS, |place, grab| [(place + 1).to_string(), grab.id, grab.name, grab.cents.to_string()]);
}

fn summary(ctx: &ReadCtx) -> Summary {
    let (packet, ledger) = (PACKET.load(ctx), LEDGER.load(ctx));
    let over = ledger.end.is_some();
    Summary {
        total_cents: packet.total_cents,
        shares: packet.shares,
        mode: packet.mode,
        taken: ledger.taken,
        taken_cents: ledger.taken_cents,
        left_cents: ledger.left_cents(),
        refunded_cents: ledger.refunded_cents(),
        simulated: true,
        commitment: packet.commitment,
        nonce: over.then_some(packet.nonce),
        shares_cents: over.then(|| shares::all(ctx)),
    }
}
