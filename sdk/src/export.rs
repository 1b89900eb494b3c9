//! `export!`: makes a component of a type that implements [`Activity`].

use crate::{Activity, Texts};

/// Makes a component of a type that implements [`Activity`]. One a crate. With `export!(Type, attendance)` it is told who comes
/// and goes, as an [`Attendance`](crate::Attendance).
///
/// Off WebAssembly it only checks what can be checked at compile time, so plugins can be linked into one native test.
///
/// ```compile_fail,E0080
/// # use hezi_sdk::{Activity, Ctx, Done, Member, NoEvent, ReadCtx, Result, View};
/// # hezi_sdk::texts! {
/// #     /// What it says.
/// #     pub struct Texts: "en";
/// #     title = "Bad";
/// #     summary = "Bad";
/// #     fields {}
/// # }
/// struct Bad;
/// impl Activity for Bad {
///     const NAME: &'static str = "Not A Name";
///     const VERSION: &'static str = "1.0.0";
///     type Texts = Texts;
///     type Config = u8;
///     type Action = u8;
///     type Reply = Done;
///     type Event = NoEvent;
///     fn open(_: &mut Ctx, _: u8) -> Result<String> { Ok(String::new()) }
///     fn act(_: &mut Ctx, _: &Member, _: u8) -> Result<Done> { Ok(Done {}) }
///     fn view(_: &ReadCtx, _: Option<&Member>) -> Result<View> { Ok(View::new()) }
/// }
/// hezi_sdk::export!(Bad);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! export {
    ($activity:ty, attendance) => {
        $crate::export!($activity);

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all, reason = "generated code")]
        const _: () = {
            type Plugin = $crate::guest::Guest<$activity>;
    $crate::bindings::attendance::export_attendance!(Plugin with_types_in $crate::bindings::attendance);
        };
    };
    ($activity:ty) => {
        const _: () = $crate::guest::check::<$activity>();

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, clippy::all, reason = "generated code")]
        const _: () = {
            type Plugin = $crate::guest::Guest<$activity>;
    $crate::bindings::export_plugin!(Plugin with_types_in $crate::bindings);
        };
    };
}

/// Refuses to compile a description that the host would refuse to load.
pub const fn check<A: Activity>() {
    assert!(is_name(A::NAME), "NAME must be [a-z][a-z0-9-]{{0,39}}");
    assert!(!A::VERSION.is_empty(), "VERSION must be a semantic version");
    assert!(!A::Texts::LANGUAGES.is_empty() && A::Texts::LANGUAGES.len() <= 16, "a plugin speaks 1 to 16 languages");
}

const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 40 || !bytes[0].is_ascii_lowercase() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_lowercase() || bytes[at].is_ascii_digit() || bytes[at] == b'-') {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_host_takes() {
        for name in ["a", "red-packet", "v2", "a123456789012345678901234567890123456789"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "A", "2a", "-a", "a_b", "a b", "投票", "a1234567890123456789012345678901234567890"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
