//! What the page is shown of a step: what it changed, what was sent, who votes, how long timers are.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::mem::discriminant;

use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::process::{Field, ProcessId};
use raft_kv::raft::Node;
use raft_kv::raft::role::Role;
use raft_kv::run::Run;
use raft_kv::view;

fn emulation(path: &str, seed: u64) -> Emulation {
    let text = std::fs::read_to_string(path).expect("a file");
    Emulation::new(Config::parse(path, &text).expect("it can be run"), seed)
}

fn snapshot(emulation: &mut Emulation) -> Field {
    emulation.recall();
    view::snapshot(emulation)
}

/// A part by its name.
#[track_caller]
fn part<'a>(field: &'a Field, name: &str) -> &'a Field {
    let Field::Parts(parts) = field else { panic!("{field:?} has no parts") };
    &parts.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no {name} in {field:?}")).1
}

#[track_caller]
fn list(field: &Field) -> &[Field] {
    let Field::List(list) = field else { panic!("{field:?} is no list") };
    list
}

#[track_caller]
fn number(field: &Field) -> u64 {
    let Field::Number(number) = field else { panic!("{field:?} is no number") };
    *number
}

#[track_caller]
fn word(field: &Field) -> &str {
    let Field::Text(text) = field else { panic!("{field:?} is no text") };
    text
}

fn words(field: &Field) -> Vec<&str> {
    list(field).iter().map(word).collect()
}

/// What differs between two states of a node, found without regard to what the step was about.
fn differences(was: &Run, is: &Run, id: u32) -> Vec<&'static str> {
    let (before, now, process) = (was.node(id), is.node(id), ProcessId::Node(id));
    let votes = |node: &Node| match node.role() {
        Role::PreCandidate { votes } | Role::Candidate { votes } => Some(votes.clone()),
        Role::Follower | Role::Leader(_) => None,
    };
    let peers = |node: &Node| match node.role() {
        Role::Leader(leadership) => {
            Some(leadership.progress.iter().map(|it| (it.peer, it.next_index, it.match_index)).collect::<Vec<_>>())
        }
        _ => None,
    };
    let mut names = Vec::new();
    let mut note = |differs: bool, name| names.extend(differs.then_some(name));
    note(discriminant(before.role()) != discriminant(now.role()), "role");
    note(before.current_term() != now.current_term(), "term");
    note(before.persistent().voted_for != now.persistent().voted_for, "voted_for");
    note(before.log().entries_from(1) != now.log().entries_from(1), "log");
    note(before.commit_index() != now.commit_index(), "commit_index");
    note(before.last_applied() != now.last_applied(), "last_applied");
    note(peers(before) != peers(now), "peers");
    note(votes(before) != votes(now), "votes");
    note(was.simulation().health(process) != is.simulation().health(process), "health");
    names
}

fn pairs(emulation: &Emulation, run: &Run, id: u32) -> BTreeMap<String, String> {
    let pairs = run.node(id).store().pairs(emulation.texts());
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Looks at every step of a run, and compares what is shown with the states before and behind it.
fn compare(mut emulation: Emulation, steps: u64) {
    let nodes = emulation.config().num_nodes;
    let mut was = emulation.state().clone();
    while emulation.now().step_count() < steps && emulation.run(1) == 1 {
        let (step, is) = (emulation.now().step_count(), emulation.state().clone());
        let shown = snapshot(&mut emulation);
        for id in 1..=nodes {
            let node = &list(part(&shown, "nodes"))[id as usize - 1];
            let (old, new) = (pairs(&emulation, &was, id), pairs(&emulation, &is, id));
            let mut wanted = differences(&was, &is, id);
            if old != new {
                wanted.push("store");
            }
            let mut changed = words(part(node, "changed"));
            wanted.sort_unstable();
            changed.sort_unstable();
            assert_eq!(changed, wanted, "step {step}, node {id}");
            let all_keys = old.keys().chain(new.keys());
            let mut keys: Vec<&str> =
                all_keys.filter(|&key| old.get(key) != new.get(key)).map(String::as_str).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(words(part(node, "changed_keys")), keys, "step {step}, node {id}");
            let (old, new) = (was.node(id).log().entries_from(1), is.node(id).log().entries_from(1));
            let from = (0..old.len().max(new.len())).find(|&place| old.get(place) != new.get(place));
            let from = from.map_or(Field::Nothing, |place| Field::Number(place as u64 + 1));
            assert_eq!(*part(node, "changed_from"), from, "step {step}, node {id}");
        }
        let in_flight = |run: &Run| -> Vec<u64> {
            let network = run.simulation().network();
            network.in_flight().map(|envelope| envelope.id.0.get()).collect()
        };
        let (old, mut new) = (in_flight(&was), in_flight(&is));
        new.retain(|id| !old.contains(id));
        let sent: Vec<u64> = list(part(&shown, "sent")).iter().map(number).collect();
        assert_eq!(sent, new, "step {step}");
        check_clients(&was, &is, &shown, step);
        was = is;
    }
    assert!(emulation.now().step_count() > 20);
}

fn check_clients(was: &Run, is: &Run, shown: &Field, step: u64) {
    for (place, client) in list(part(shown, "clients")).iter().enumerate() {
        let (before, now) = (was.client(place as u32 + 1), is.client(place as u32 + 1));
        let changed = words(part(client, "changed"));
        assert_eq!(changed.contains(&"heard"), before.answered() < now.answered(), "step {step}");
        if before.sent() != now.sent() || before.target() != now.target() && now.sent() > 0 {
            assert!(changed.contains(&"asked"), "step {step}");
        }
    }
}

#[test]
fn what_a_step_changed_is_what_differs_from_the_state_before() {
    for file in std::fs::read_dir("www/scenarios").expect("scenarios") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            compare(emulation(&path.to_string_lossy(), 1), u64::MAX);
        }
    }
    compare(emulation("tests/chaos.toml", 1), 3_000);
    compare(emulation("tests/chaos.toml", 2), 3_000);
}

#[test]
fn what_a_step_changed_is_the_same_from_wherever_one_comes() {
    let mut walked = emulation("www/scenarios/figure-8.toml", 1);
    let mut seen = vec![snapshot(&mut walked)];
    while walked.run(1) == 1 {
        seen.push(snapshot(&mut walked));
    }
    let end = seen.len() as u64 - 1;
    let of_step =
        |shown: &Field| ["step", "nodes", "clients", "sent", "messages"].map(|name| part(shown, name).clone());
    for step in [end, 3, 2, 4, 200, 0, 100, end + 9] {
        walked.seek(step);
        assert!(of_step(&snapshot(&mut walked)) == of_step(&seen[step.min(end) as usize]), "step {step}");
    }
    walked.seek(50);
    walked.run(10);
    assert!(of_step(&snapshot(&mut walked)) == of_step(&seen[60]), "after a run of several steps");
    walked.seek(50);
    while walked.now().step_count() < 60 {
        walked.step();
    }
    assert!(of_step(&snapshot(&mut walked)) == of_step(&seen[60]), "after steps that nobody looked at");
    walked.seek(50);
    assert_eq!(walked.run(u64::MAX), end - 50);
    assert!(of_step(&snapshot(&mut walked)) == of_step(&seen[end as usize]), "after a run to the end");
}

#[test]
fn logs_stand_in_one_window() {
    let mut emulation = emulation("tests/chaos.toml", 1);
    emulation.run(3_000);
    let shown = snapshot(&mut emulation);
    let (first, end) = (number(part(&shown, "log_first")), number(part(&shown, "log_end")));
    assert!(end > 24 && first + 23 == end);
    let nodes = list(part(&shown, "nodes"));
    assert_eq!(nodes.iter().map(|node| number(part(node, "log_len"))).max(), Some(end));
    for node in nodes {
        let indices: Vec<u64> = list(part(node, "entries")).iter().map(|entry| number(part(entry, "index"))).collect();
        assert_eq!(indices, (first..=number(part(node, "log_len"))).collect::<Vec<_>>());
    }
    let rows = view::logs(2, &emulation);
    for row in list(&rows) {
        let entries = list(part(row, "entries"));
        let log_len = number(part(&nodes[number(part(row, "id")) as usize - 1], "log_len"));
        assert_eq!(entries.len() as u64, (log_len - 1).min(24));
        assert_eq!(number(part(&entries[0], "index")), 2);
    }
    assert_eq!(view::logs(0, &emulation), view::logs(1, &emulation));
}

#[test]
fn votes_are_on_their_way_then_granted_or_refused() {
    let mut emulation = emulation("www/scenarios/split-vote.toml", 1);
    let mut seen = std::collections::BTreeSet::new();
    while emulation.run(1) == 1 {
        let shown = snapshot(&mut emulation);
        for node in list(part(&shown, "nodes")) {
            let is_candidate = word(part(node, "role")) == "candidate";
            assert_eq!(*part(node, "votes") != Field::Nothing, is_candidate);
            assert_eq!(*part(node, "peers") != Field::Nothing, word(part(node, "role")) == "leader");
            if is_candidate {
                for vote in list(part(node, "votes")) {
                    seen.insert(word(part(vote, "vote")).to_owned());
                }
            }
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["coming", "granted", "none", "refused"]);
}

#[test]
fn timers_and_messages_say_how_long_they_take() {
    let mut emulation = emulation("www/scenarios/leader-crash.toml", 1);
    emulation.run_until(raft_kv::goal::Goal::Leader, 10_000);
    let leader = emulation.state().leader().expect("somebody leads").id();
    let shown = snapshot(&mut emulation);
    let node = &list(part(&shown, "nodes"))[leader as usize - 1];
    let [timer] = list(part(node, "timers")) else { panic!("a leader has one timer") };
    assert_eq!(word(part(timer, "name")), "heartbeat");
    let timing = emulation.config().raft.timing.expect("full Raft");
    assert_eq!(number(part(timer, "full_ms")), u64::from(timing.heartbeat_ms));
    assert_eq!(number(part(timer, "due_ms")), number(part(&shown, "time_ms")) + u64::from(timing.heartbeat_ms));
    let follower = &list(part(&shown, "nodes"))[leader as usize % 5];
    let [timer] = list(part(follower, "timers")) else { panic!("a follower has one timer") };
    assert_eq!(number(part(timer, "full_ms")), u64::from(timing.election_timeout_ms.1));

    let sent: Vec<u64> = list(part(&shown, "sent")).iter().map(number).collect();
    assert_eq!(sent.len(), 4, "it tells everybody");
    for message in list(part(&shown, "messages")).iter().filter(|message| sent.contains(&number(part(message, "id")))) {
        assert_eq!(number(part(message, "sent_step")), emulation.now().step_count());
        assert_eq!(number(part(message, "sent_ms")), emulation.now().time_ms());
        assert_eq!(*part(message, "entries"), Field::List(vec![Field::Number(1), Field::Number(1)]));
        assert_eq!(*part(message, "heartbeat"), Field::Flag(false));
    }
    let step = emulation.now().step_count();
    let original = emulation.now().network().in_flight().next().expect("much is on its way").clone();
    emulation.perform(&Action::Duplicate(original.id)).expect("it is on its way");
    let shown = snapshot(&mut emulation);
    let [copy] = list(part(&shown, "sent")) else { panic!("one copy was made") };
    let copy = list(part(&shown, "messages")).iter().find(|message| part(message, "id") == copy).expect("it is shown");
    assert_eq!(number(part(copy, "copy_of")), original.id.0.get());
    assert!(number(part(copy, "sent_step")) <= step, "it was sent when the first one was");
}

#[test]
fn a_client_shows_what_it_heard() {
    let mut emulation = emulation("www/scenarios/failure-free.toml", 1);
    emulation.run_until(raft_kv::goal::Goal::Reply, 10_000);
    let shown = snapshot(&mut emulation);
    let clients = list(part(&shown, "clients"));
    let heard = clients.iter().find(|client| words(part(client, "changed")).contains(&"heard")).expect("one has heard");
    let text = word(part(heard, "heard"));
    assert!(text.contains(" -> ") && !text.contains('['), "{text}");
}

#[test]
fn properties_say_what_they_mean_and_when_they_broke() {
    let text = std::fs::read_to_string("www/scenarios/figure-8.toml").expect("a file");
    let mut config = Config::parse("figure-8.toml", &text).expect("it can be run");
    config.raft.rules.commit_own_term_only = false;
    let mut emulation = Emulation::new(config, 1);
    emulation.run(u64::MAX);
    let shown = snapshot(&mut emulation);
    let violations = emulation.state().safety().violations();
    let properties = list(part(&shown, "properties"));
    assert_eq!(properties.len(), 20);
    let mut broken = 0;
    for property in properties {
        assert!(word(part(property, "meaning")).ends_with('.'));
        let name = word(part(property, "name"));
        let step = violations.iter().find(|violation| violation.property.name() == name).map(|it| it.step);
        broken += u64::from(step.is_some());
        assert_eq!(*part(property, "step"), step.map_or(Field::Nothing, Field::Number));
    }
    assert_eq!(broken as usize, violations.len());
    assert!(broken > 0);
}
