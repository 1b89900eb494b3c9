//! Names of people as they were when they did something: who has left is still called by it.

use std::fmt;

use super::Map;
use crate::{Ctx, Member, ReadCtx};

/// What people were called when they acted, by their ids.
///
/// ```
/// # use hezi_sdk::{Ctx, Member, Names};
/// const NAMES: Names = Names::new("name/");
///
/// fn act(ctx: &mut Ctx, caller: &Member) -> String {
///     NAMES.note(ctx, caller);
///     NAMES.of(ctx, &caller.id)
/// }
/// ```
pub struct Names(Map<str, String>);

impl Names {
    /// Names under keys that begin with `prefix`.
    pub const fn new(prefix: &'static str) -> Self {
        Self(Map::new(prefix))
    }

    /// Notes what somebody is called now. In an anonymous activity there is nothing to note.
    pub fn note<E>(&self, ctx: &mut Ctx<E>, member: &Member) {
        if !member.name.is_empty() {
            self.0.set(ctx, &member.id, &member.name);
        }
    }

    /// What they were called when it was noted last; before that what they are called now, and nothing if they are gone.
    pub fn of(&self, ctx: &ReadCtx, id: &str) -> String {
        let name = self.0.get(ctx, id).or_else(|| ctx.find_member(id).map(|member| member.name));
        name.unwrap_or_default()
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Names").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, testing};

    const NAMES: Names = Names::new("name/");

    fn member(id: &str, name: &str) -> Member {
        Member { id: id.into(), name: name.into(), role: Role::Participant }
    }

    #[test]
    fn who_has_left_keeps_the_name_that_was_noted() {
        testing::with_members(["li".to_owned()], |ctx| {
            NAMES.note(ctx, &member("wang", "小王"));
            NAMES.note(ctx, &member("masked", ""));
            assert_eq!(["wang", "li", "zhao", "masked"].map(|id| NAMES.of(ctx, id)), ["小王", "li", "", ""]);
        });
    }
}
