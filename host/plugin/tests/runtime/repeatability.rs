//! The same state, context and call give the same outcome, whoever runs it and whenever.

use hezi_plugin::Call;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde_json::json;

use crate::activity::{Activity, member};

#[test]
fn a_call_run_again_gives_the_same_bytes() {
    let deeds = ["random", "now", "members", "vote"];
    for deed in deeds {
        let action = || json!({"do": deed, "limit": 2, "member": "ann", "option": "A"}).to_string();
        let mut warm = Activity::new();
        warm.reply(json!({"do": "random"}));
        let first = warm.outcome(Call::Act { caller: member("ann"), action: &action(), on_behalf: None });
        let mut fresh = Activity::new();
        fresh.instance.park();
        assert_eq!(
            fresh.outcome(Call::Act { caller: member("ann"), action: &action(), on_behalf: None }),
            first,
            "{deed}"
        );
        assert_eq!(fresh.space, warm.space);
    }
}

#[test]
fn time_is_the_calls_time() {
    let mut activity = Activity::new();
    assert_eq!(activity.reply(json!({"do": "now"})), json!(1_700_000_000_000_u64));
    activity.now_ms += 5;
    assert_eq!(activity.reply(json!({"do": "now"})), json!(1_700_000_000_005_u64));
}

#[test]
fn randomness_is_the_seeds_chacha20_stream() {
    let mut activity = Activity::new();
    let drawn = activity.reply(json!({"do": "random"}));
    let mut rng = ChaCha20Rng::from_seed(activity.seed);
    let first = rng.next_u64();
    let mut bytes = [0; 8];
    rng.fill_bytes(&mut bytes);
    assert_eq!(drawn, json!([first, bytes, rng.next_u64()]));
    activity.seed[0] ^= 1;
    assert_ne!(activity.reply(json!({"do": "random"})), drawn);
}

#[test]
fn members_are_those_of_the_call() {
    let mut activity = Activity::new();
    assert_eq!(activity.reply(json!({"do": "members", "limit": 2})), json!([3, 2]));
    assert_eq!(activity.reply(json!({"do": "members", "limit": 0})), json!([3, 1]));
}
