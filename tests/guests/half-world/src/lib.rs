//! A component that implements half of the interface: it has the right name and one right function, and no more.

wit_bindgen::generate!({
    inline: "
        package hezi:activity@0.1.0;

        interface activity {
            migrate: func(from-version: u32);
        }

        world half {
            export activity;
        }
    ",
});

struct Half;

export!(Half);

impl exports::hezi::activity::activity::Guest for Half {
    fn migrate(_from_version: u32) {}
}
