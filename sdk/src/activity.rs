//! What an author implements.

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::texts::{Texts, own_texts};
use crate::{Ctx, Error, Level, Member, ReadCtx, Report, Result, View};

/// A type of activity.
///
/// The host calls one function at a time for each activity, in the order in which things happened. There is no `self`: what
/// has to last between two calls goes into the state ([`Cell`](crate::Cell), [`Map`](crate::Map),
/// [`Counter`](crate::Counter)). A `static` is not state, for an instance may be thrown away between any two calls.
///
/// A call that returns an error or panics changes nothing.
pub trait Activity {
    /// Name of the activity type: `[a-z][a-z0-9-]{0,39}`. It never changes.
    const NAME: &'static str;
    /// Semantic version of the plugin: `env!("CARGO_PKG_VERSION")`.
    const VERSION: &'static str;
    /// Version of the layout of the state. Raise it when old state cannot be read any more, and write
    /// [`migrate`](Activity::migrate).
    const STATE_VERSION: u32 = 1;
    /// Whether it makes sense without knowing who acts. Only then may an organizer make an anonymous activity of it, in which
    /// members have ids of this activity alone and no names, and can be neither found nor listed.
    const ALLOWS_ANONYMOUS: bool = false;

    /// What it says to people: a table made by [`texts!`](crate::texts!).
    type Texts: Texts;

    /// The configuration that an organizer chooses before the activity opens.
    type Config: DeserializeOwned + JsonSchema;
    /// What a member may do. An enum gives `{"draw":{…}}`, a struct gives `{"choose":…}`.
    type Action: DeserializeOwned + JsonSchema;
    /// What the member is answered; [`Done`](crate::Done) if there is nothing to say.
    type Reply: Serialize + JsonSchema;
    /// What is emitted into the room; [`NoEvent`](crate::NoEvent) if nothing is.
    type Event: Serialize + JsonSchema;

    /// Opens the activity on an empty state and gives the title to show.
    ///
    /// The host also calls it when an activity is drafted, and drops what it did, to find out whether the configuration
    /// makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the configuration makes no sense.
    fn open(ctx: &mut Ctx<Self::Event>, config: Self::Config) -> Result<String>;

    /// A member does something. Called only while the activity is open.
    ///
    /// # Errors
    /// Whatever the rules say.
    fn act(ctx: &mut Ctx<Self::Event>, caller: &Member, action: Self::Action) -> Result<Self::Reply>;

    /// An organizer does something for a member, who may not even be there: refused unless the activity has a use for it.
    ///
    /// # Errors
    /// Whatever the rules say.
    fn act_for(
        ctx: &mut Ctx<Self::Event>,
        organizer: &Member,
        member: &Member,
        action: Self::Action,
    ) -> Result<Self::Reply> {
        let _ = (organizer, member, action);
        Err(Error::denied(own_texts(ctx).nobody_acts_for_others()))
    }

    /// What `viewer` sees or, without one, everybody in the room, the big screen too.
    ///
    /// [`ReadCtx::query`] says which page or filter the viewer asked for, among those that [`View::tabs`] offered.
    ///
    /// # Errors
    /// Rarely any: a view that fails leaves the room with the last one.
    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View>;

    /// A timer is due; it is disarmed already. Called only while the activity is open.
    ///
    /// # Errors
    /// Rarely any: nobody waits for the answer.
    fn tick(ctx: &mut Ctx<Self::Event>, timer: &str) -> Result<()> {
        ctx.log(Level::Warn, timer);
        Ok(())
    }

    /// An organizer closes the activity, its time is over, or the conference ends. Neither `act` nor `tick` is called after it.
    ///
    /// # Errors
    /// Rarely any: an activity that refuses to close stays open.
    fn close(ctx: &mut Ctx<Self::Event>) -> Result<()> {
        let _ = ctx;
        Ok(())
    }

    /// The report for organizers, as rows of a table. [`Report`] pages by itself.
    ///
    /// # Errors
    /// Rarely any.
    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        let _ = (ctx, report);
        Ok(())
    }

    /// Brings the state from the layout `from_version` to [`STATE_VERSION`](Activity::STATE_VERSION).
    ///
    /// It may be a step down too, after a roll-back. When it fails, the activity stays on the version that it ran on.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it does not know the layout.
    fn migrate(ctx: &mut Ctx<Self::Event>, from_version: u32) -> Result<()> {
        let _ = ctx;
        Err(Error::conflict(format!("{} cannot read state of version {from_version}", Self::NAME)))
    }
}

/// An activity that wants to know who comes and goes: `export!(Type, attendance)`.
pub trait Attendance: Activity {
    /// Somebody became a member while the activity is open. Those who were members before are in
    /// [`ReadCtx::members`].
    ///
    /// # Errors
    /// Rarely any: it is not called again for this member's coming.
    fn joined(ctx: &mut Ctx<Self::Event>, member: &Member) -> Result<()>;

    /// Somebody left or was removed while the activity is open.
    ///
    /// # Errors
    /// Rarely any: it is not called again for this member's going.
    fn left(ctx: &mut Ctx<Self::Event>, member: &Member) -> Result<()> {
        let _ = (ctx, member);
        Ok(())
    }
}
