//! The cache along random walks: whatever happens in whatever order, WeCom is asked for one token at a time and never without
//! a reason.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Ask(u8),
    Refuse,
    RefuseOld,
    Pass(u64),
    Fail(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1u8..20).prop_map(Step::Ask),
        Just(Step::Refuse),
        Just(Step::RefuseOld),
        (0..2 * LIFE_MS).prop_map(Step::Pass),
        any::<bool>().prop_map(Step::Fail),
    ]
}

async fn walk(steps: Vec<Step>) {
    let world = World::new();
    let cache = world.process();
    let (mut refused, mut reasons) = (Vec::<Secret>::new(), 1);
    for step in steps {
        match step {
            Step::Ask(count) => {
                let asking: Vec<_> = (0..count)
                    .map(|_| Arc::clone(&cache))
                    .map(|c| world.tasks.spawn(async move { c.get().await }))
                    .collect();
                for asked in asking {
                    if let Ok(token) = asked.await.expect("no panic") {
                        assert!(!refused.contains(&token), "{} was refused", token.expose());
                    }
                }
            }
            Step::Refuse => {
                if let Ok(token) = cache.get().await {
                    world.rest().await;
                    cache.invalidate(&token);
                    refused.push(token);
                    reasons += 1;
                }
            }
            Step::RefuseOld => refused.iter().for_each(|token| cache.invalidate(token)),
            // Whatever is due then may ask again.
            Step::Pass(ms) => {
                world.clock.pass(ms);
                reasons += 1;
            }
            Step::Fail(fail) => world.wecom.fail(fail.then_some(WecomError::Busy)),
        }
        world.rest().await;
        assert!(!world.wecom.overlapped.load(Ordering::SeqCst), "two fetches at once");
        assert!(world.wecom.fetches() <= reasons, "{} fetches for {reasons} reasons", world.wecom.fetches());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn never_two_fetches_at_once_nor_more_than_there_are_reasons(steps in prop::collection::vec(step(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(walk(steps));
    }
}
