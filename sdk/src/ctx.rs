//! What a call may do. The functions stand in one file for each import: `state`, `room`, `clock`, `random`, `timer`, `log`.
//!
//! # Invariants
//! * Only this crate makes a context, one for each call; a plugin cannot keep one.
//! * Nothing that takes a [`ReadCtx`] changes anything.

use std::{marker::PhantomData, ops::Deref};

use crate::NoEvent;

/// What a call that only reads may do: the context of `view` and `report`.
#[derive(Debug)]
pub struct ReadCtx {
    /// Which page or filter the viewer asked for.
    query: Option<String>,
    // A context belongs to the call, and with it to its thread.
    of_this_call: PhantomData<*const ()>,
}

/// What a call that changes something may do: the context of `open`, `act`, `tick`, `close` and `migrate`.
///
/// It can do all that a [`ReadCtx`] can, and passes for one: `CELL.get(ctx)` works with both. `E` is the type of the
/// activity's events.
#[derive(Debug)]
pub struct Ctx<E = NoEvent> {
    read: ReadCtx,
    event: PhantomData<fn(E)>,
}

impl ReadCtx {
    pub(crate) fn new() -> Self {
        Self::asked(None)
    }

    pub(crate) fn asked(query: Option<String>) -> Self {
        Self { query, of_this_call: PhantomData }
    }

    /// Which page or filter the viewer asked for, in `view`: one that [`View::tabs`](crate::View::tabs) offered, or anything
    /// at all, since it comes from a client. None for the first page, and in every other call.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

impl<E> Ctx<E> {
    pub(crate) fn new() -> Self {
        Self { read: ReadCtx::new(), event: PhantomData }
    }
}

impl<E> Deref for Ctx<E> {
    type Target = ReadCtx;

    fn deref(&self) -> &ReadCtx {
        &self.read
    }
}
