//! What befalls the server: it dies, it is told to stop, and it comes up again; and how a run begins and goes on.

use std::sync::Arc;
use std::time::Duration;

use hezi::domain::changes::ConferenceChanges;
use hezi::domain::id::CommandId;
use hezi::plugin::Plugins;
use hezi::room::NewRoom;
use tokio::time::{Instant, sleep};

use super::client::Client;
use super::components::faults;
use super::dice::Dice;
use super::verdict;
use super::weather::Plant;
use super::world::World;

/// How long members take part, in virtual time.
const STORY: Duration = Duration::from_secs(45);

/// What came of a run.
pub(super) struct Outcome {
    /// All that happened, line by line.
    pub(super) lines: Vec<String>,
    /// What cannot be; empty when all is well.
    pub(super) wrong: Vec<String>,
}

/// Runs a seed from its beginning to its verdict, on this thread.
pub(super) fn run(seed: u64, plant: Option<Plant>, plugins: &Plugins) -> Outcome {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("a runtime");
    let failed_before = faults(plugins);
    runtime.block_on(async {
        let world = World::new(seed, plant, plugins.clone());
        live(&world).await;
        let failed = faults(plugins) - failed_before;
        if failed > 0 {
            world.blame(format_args!("plugins failed {failed} times on what they were given"));
        }
        Outcome { lines: world.trace.lines(), wrong: world.blamed() }
    })
}

async fn live(world: &Arc<World>) {
    let mut dice = Dice::new(world.seed, "fortune");
    world.trace.note("seed", world.seed);
    world.start_server(1).await;
    let owner = Client::new(world, 0, true);
    found(world, &owner).await;
    let until = Instant::now() + STORY;
    let members = 1 + dice.below(5);
    let mut living = vec![world.tasks.spawn(owner.live(until))];
    for number in 1..=members {
        living.push(world.tasks.spawn(Client::new(world, number, false).live(until)));
    }
    let servers = befall(world, &mut dice, until).await;
    let mut clients = Vec::new();
    for client in living {
        clients.push(client.await.expect("a client does not panic"));
    }
    if dice.happens(400) {
        clients[0].end().await;
    }
    verdict::reach(world, clients, servers).await;
}

/// The owner makes the conference, as often as it takes, and it is made once.
async fn found(world: &World, owner: &Client) {
    let key = CommandId::parse("founding").expect("an id");
    loop {
        if let Some(server) = world.up() {
            let new = NewRoom { title: "模拟", guests: false, changes: &ConferenceChanges::default(), asked: None };
            if let Ok(made) = server.rooms.create(&owner.user, new, Some(key.clone())).await {
                world.trace.note("m0", format_args!("made {} {}", made.id, made.number));
                let known = world.conference.set((made.id, made.number));
                return known.expect("the conference is made once");
            }
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// Servers die and come; gives the number of the last one.
async fn befall(world: &Arc<World>, dice: &mut Dice, until: Instant) -> u64 {
    let mut number = 1;
    let longest_ms = *dice.pick(&[3_000, 15_000, 60_000]);
    loop {
        sleep(Duration::from_millis(dice.between(500, longest_ms))).await;
        if Instant::now() >= until {
            return number;
        }
        match dice.happens(500) {
            true => world.kill_server(),
            false => world.stop_server().await,
        }
        sleep(dice.pause(3_000)).await;
        number += 1;
        world.start_server(number).await;
        verdict::check_state(world, "when a server has come up");
    }
}
