//! Acts as sentences: what is written is read again, what makes no sense is told, and timers are set by hand.
#![cfg(not(target_arch = "wasm32"))]

use std::num::NonZeroU64;

use raft_kv::act_text::{self, MAX_TEXT};
use raft_kv::action::{Group, Refusal};
use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::generator::Generator;
use raft_kv::kv::{Command, Texts};
use raft_kv::process::{Described, MessageId, ProcessId};
use raft_kv::raft::Timer;

/// At step 18 node 1 leads, and calls node 2 first; client 1 has nothing to ask.
const TIMED: &str = "
    seed = 1\nnum_nodes = 3\n[timers]\n[network]\nlatency_ms = 10\n[[client]]\nrequests = []
    [[fault]]\nat_ms = 50\ntimeout = 1\n[[fault]]\nat_ms = 60000\ntimeout = 1
";

fn config(text: &str) -> Config {
    Config::parse("acts.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn emulation() -> Emulation {
    let mut emulation = Emulation::new(config(TIMED), 1);
    emulation.seek(18);
    emulation
}

/// Draws actions of every kind with every number that can be written.
struct Drawer {
    chance: Generator,
    config: Config,
    texts: Texts,
}

impl Drawer {
    fn number(&mut self, least: u32, most: u32) -> u32 {
        // The borders are drawn often.
        match self.chance.below(4) {
            0 => least,
            1 => most,
            _ => least + self.chance.below(most - least + 1),
        }
    }

    fn message(&mut self) -> MessageId {
        let number = match self.chance.below(3) {
            0 => (1 << 53) - 1,
            _ => u64::from(self.number(1, u32::MAX - 1)),
        };
        MessageId(NonZeroU64::new(number).expect("it is at least 1"))
    }

    fn process(&mut self) -> ProcessId {
        let (nodes, clients) = (self.config.num_nodes, self.config.num_clients);
        match self.chance.below(2) {
            0 => ProcessId::Node(self.number(1, nodes)),
            _ => ProcessId::Client(self.number(1, clients)),
        }
    }

    fn timer(&mut self) -> Timer {
        const TIMERS: [Timer; 5] = [Timer::Election, Timer::Heartbeat, Timer::Trust, Timer::Retry, Timer::Think];
        TIMERS[self.chance.below(5) as usize]
    }

    fn text(&mut self, alphabet: &str) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let len = if self.chance.below(50) == 0 { MAX_TEXT as u32 } else { 1 + self.chance.below(8) };
        (0..len).map(|_| alphabet[self.chance.below(alphabet.len() as u32) as usize]).collect()
    }

    fn command(&mut self) -> Command {
        let key = self.text("akput|>,\"\\'ä名🦀#");
        let key = self.texts.intern(&key);
        match self.chance.below(3) {
            0 => {
                let value = self.text("ab \"\\'|>,é名🦀").replacen(' ', "v", 1).trim_ascii().to_owned();
                Command::Put { key, value: self.texts.intern(&value) }
            }
            1 => Command::Get { key },
            _ => Command::Delete { key },
        }
    }

    fn group(&mut self) -> Group {
        (0..1 + self.chance.below(4)).map(|_| self.process()).collect()
    }

    fn action(&mut self, kind: u32) -> Action {
        match kind {
            0 => Action::Deliver(self.message()),
            1 => Action::Fire(self.process(), self.timer()),
            2 => Action::Drop(self.message()),
            3 => Action::Duplicate(self.message()),
            4 => Action::Delay(self.message(), self.number(0, 1_000_000)),
            5 => Action::Crash(self.process(), self.number(0, 1_000_000)),
            6 => Action::CrashMidway(self.process()),
            7 => Action::Restart(self.process()),
            8 => Action::Pause(self.process()),
            9 => Action::Resume(self.process()),
            10 => Action::Partition((0..1 + self.chance.below(4)).map(|_| self.group()).collect()),
            11 => Action::Cut(self.process(), self.process()),
            12 => Action::HealLink(self.process(), self.process()),
            13 => Action::Heal,
            14 => Action::Skew(self.process(), self.number(10, 1_000)),
            15 => Action::Align(self.timer()),
            16 => Action::Spread(self.timer(), self.number(1, 1_000_000)),
            17 => Action::Fire(ProcessId::Main, Timer::ElectionOver),
            _ => Action::Request(ProcessId::Client(self.number(1, self.config.num_clients)), self.command()),
        }
    }
}

const KINDS: u32 = 19;

#[test]
fn every_action_is_read_as_it_is_written() {
    let config = Config { num_nodes: 101, num_clients: 1_000, ..Config::default() };
    let mut drawer = Drawer { chance: Generator::new(1), config, texts: Texts::default() };
    for round in 0..20_000 {
        let action = drawer.action(round % KINDS);
        let sentence = act_text::write(&action, &drawer.texts);
        let known = drawer.texts.len();
        let read = act_text::read(&sentence, &drawer.config, &mut drawer.texts);
        assert_eq!(read.as_ref(), Ok(&action), "{sentence}");
        assert_eq!(drawer.texts.len(), known, "{sentence}");
        let loose = format!("  {} ", sentence.replace(", ", " ,  "));
        if !matches!(action, Action::Request(..)) {
            assert_eq!(act_text::read(&loose, &drawer.config, &mut drawer.texts), Ok(action), "{loose:?}");
        }
    }
}

#[test]
fn whatever_is_read_is_written_so_that_it_is_read_alike_and_nothing_panics() {
    const WORDS: [&str; 34] = [
        "deliver",
        "drop",
        "delay",
        "fire",
        "align",
        "spread",
        "crash",
        "restart",
        "skew",
        "partition",
        "cut",
        "heal",
        "client",
        "node",
        "main",
        "leader",
        "put",
        "get",
        "x",
        "election",
        "think",
        "lose",
        "midway",
        "1",
        "2",
        "57",
        "0",
        "-1",
        "1.5",
        "99999999999999999999",
        "|",
        ",",
        ">",
        "",
    ];
    let mut chance = Generator::new(2);
    let (config, mut texts) = (Config::default(), Texts::default());
    let mut understood = 0;
    for _ in 0..200_000 {
        let words: Vec<_> = (0..1 + chance.below(7)).map(|_| WORDS[chance.below(34) as usize]).collect();
        let sentence = words.join(" ");
        let Ok(action) = act_text::read(&sentence, &config, &mut texts) else { continue };
        understood += 1;
        let written = act_text::write(&action, &texts);
        assert_eq!(act_text::read(&written, &config, &mut texts), Ok(action), "{sentence:?}, {written:?}");
    }
    assert!(understood > 500, "{understood}");
}

#[test]
fn what_makes_no_sense_is_told_with_what_is_allowed_and_changes_nothing() {
    let mut emulation = emulation();
    let (before, texts) = (emulation.state().clone(), emulation.texts().clone());
    let long = "k".repeat(MAX_TEXT + 1);
    for (sentence, reason) in [
        (
            "",
            "`` is no act; an act begins with deliver, drop, duplicate, delay, fire, align, spread, crash, restart, pause, \
             resume, skew, partition, cut, heal, client and its number",
        ),
        ("crahs node 1", "did you mean `crash`?"),
        ("crash", "this is not complete; write it as `crash PROCESS`, `crash PROCESS lose ENTRIES` or "),
        ("crash leader", "`leader` is no process: one is `node 1` or `client 1`; write it as `crash"),
        ("crash node one", "`node one` is nobody: there are 3 nodes, counted from 1; write it as"),
        ("crash node 4", "`node 4` is nobody: there are 3 nodes, counted from 1"),
        ("crash client 2", "`client 2` is nobody: there are 1 clients, counted from 1"),
        ("crash main", "nothing can be done to main"),
        ("crash node 1 lose 0", "`0` is no whole number from 1 to 1000000; write it as"),
        ("crash node 1 twice", "`twice` is more than belongs here"),
        ("restart node 1", "node 1 has not crashed"),
        ("heal", "no link is cut"),
        ("heal node 1", "`node 1` is no link; write it as `heal` or `heal PROCESS > PROCESS`"),
        ("cut node 1 > node 2 > node 3", "`> node 3` is more than belongs here"),
        ("drop 1.5", "`1.5` is no whole number from 1 to 9007199254740991; write it as `drop MESSAGE`"),
        ("drop 1", "message #1 is not in flight"),
        ("delay 1", "this is not complete; write it as `delay MESSAGE MILLISECONDS`"),
        ("fire node 1 election", "node 1 does not wait for this timer"),
        ("fire node 1 egg", "`egg` is no timer: one is election, heartbeat, trust, retry or think"),
        ("partition node 1, 2", "`2` is no process"),
        ("partition node 1 |", "this is not complete; write it as `partition PROCESS, PROCESS | PROCESS`"),
        ("skew node 1 5", "`5` is no whole number from 10 to 1000"),
        ("node 1 get x", "`node` is no act"),
        ("client 1 say x", "`say` is no request; write it as `client NUMBER put KEY VALUE`"),
        ("client 1 put fresh", "its value is missing"),
        ("client 1 get", "its key is missing"),
        ("client 1 get fresh fish", "`fish` is more than belongs here"),
        ("client 1 put fresh a\tb", "an act is one line of text, without control characters"),
        ("client 1 put fresh \u{202e}b", "an act is one line of text, without control characters"),
        (&format!("client 1 get {long}"), "a key or a value has 10000 characters at most"),
        ("spread election 0", "`0` is no whole number from 1 to 1000000"),
        ("align retry", "fewer than two processes wait for this timer"),
    ] {
        assert!(emulation.why_not(sentence).is_some_and(|told| told.contains(reason)), "{sentence}");
        let told = emulation.act(sentence).expect_err(sentence);
        assert!(told.contains(reason), "{sentence}: {told}");
    }
    assert!(emulation.act("pause client 1").is_ok());
    let paused = emulation.texts().clone();
    assert_eq!(emulation.act("client 1 put fresh fish"), Err("client 1 is paused".to_owned()));
    assert_eq!((&paused, emulation.texts()), (&texts, &texts), "no string of a refused act is kept");
    emulation.seek(18);
    assert_eq!(emulation.state(), &before);
}

#[test]
fn what_can_be_done_is_known_without_doing_it() {
    let mut emulation = emulation();
    let before = emulation.state().clone();
    for sentence in ["crash node 1", "client 1 put x hello world", "align election", "spread election 40"] {
        assert_eq!(emulation.why_not(sentence), None, "{sentence}");
    }
    assert_eq!((emulation.state(), emulation.acts().count()), (&before, 0));
    assert_eq!(emulation.refusal(&Action::Heal), Some(Refusal::NothingToHeal));

    emulation.act("client 1 put x hello  world").expect("a client can ask");
    emulation.run(7);
    emulation.act("crash node 1 lose 2").expect("it runs");
    let acts: Vec<_> = emulation.acts().collect();
    assert_eq!(acts, [(19, "client 1 put x hello  world".to_owned()), (27, "crash node 1 lose 2".to_owned())]);
    let copy = emulation.clone();
    emulation.seek(20);
    emulation.act("crash node 2").expect("it runs");
    assert_eq!((emulation.acts().count(), copy.acts().count()), (2, 2), "a copy goes its own way");
    assert_ne!(emulation.acts().last(), copy.acts().last());
}

/// When the election timers are due, in the order of the nodes.
fn elections(emulation: &Emulation) -> Vec<u64> {
    let mut due: Vec<_> = emulation.now().timers().iter().filter(|waiting| waiting.timer == Timer::Election).collect();
    due.sort_by_key(|waiting| waiting.process);
    due.iter().map(|waiting| waiting.due_ms).collect()
}

/// Five nodes that wait for their first election.
fn waiting() -> Emulation {
    let mut emulation = Emulation::new(config("num_nodes = 5\nnum_clients = 0\n[timers]"), 3);
    while emulation.step() && elections(&emulation).len() < 5 {}
    let last = emulation.now().step_count() + 10;
    while emulation.act("spread retry 1").is_err_and(|told| told.contains("main is still")) {
        assert!(emulation.now().step_count() < last && emulation.step(), "main is through soon");
    }
    emulation
}

#[test]
fn timers_are_aligned_and_spread() {
    let mut emulation = waiting();
    let before = elections(&emulation);
    let first = *before.iter().min().expect("there are five");
    let earliest = before.iter().position(|due_ms| *due_ms == first).expect("one is the first");
    assert!(earliest > 0 && before.iter().any(|due_ms| *due_ms > first), "{before:?}");

    emulation.act("spread election 40").expect("five wait");
    let told = emulation.happened()[0].clone();
    assert_eq!(
        told.line(emulation.texts()).to_string(),
        format!("Spread: 5 election timers fire 40 ms apart, the first in {} ms", first - told.time_ms)
    );
    assert_eq!(Described::new(&told.event, emulation.texts()).to_string(), told.line(emulation.texts()).to_string());
    let mut expected: Vec<u64> = (0..5).map(|rank| first + 40 * rank).collect();
    expected[..=earliest].rotate_left(1);
    assert_eq!(elections(&emulation), expected, "the first stays, the others follow in the order of their numbers");

    emulation.act("align election").expect("five wait");
    assert_eq!(elections(&emulation), [first; 5]);
    let line = emulation.happened()[0].line(emulation.texts()).to_string();
    assert_eq!(line, format!("Aligned: 5 election timers fire in {} ms", first - emulation.now().time_ms()));
    emulation.act("spread election 1").expect("five wait");
    assert_eq!(elections(&emulation), [first, first + 1, first + 2, first + 3, first + 4], "of equals node 1 is first");

    emulation.run(400);
    let (end, lines) = (emulation.now().step_count(), emulation.now().record_count());
    emulation.seek(0);
    emulation.seek(end);
    assert_eq!(emulation.now().record_count(), lines, "timers that were set by hand are set again");
}

#[test]
fn a_timer_that_was_due_while_its_process_stood_still_fires_at_once() {
    let mut emulation = waiting();
    for node in 1..=4 {
        emulation.act(&format!("pause node {node}")).expect("it runs");
    }
    emulation.run(60);
    let (due, now) = (elections(&emulation), emulation.now().time_ms());
    assert!(due[..4].iter().all(|due_ms| *due_ms < now), "{due:?}, {now}");
    emulation.act("align election").expect("five wait");
    assert_eq!(elections(&emulation), [now; 5]);
}

#[test]
fn there_is_no_time_to_change_in_the_failure_free_gear_and_nothing_behind_the_last_step() {
    let mut emulation = Emulation::new(Config::default(), 1);
    emulation.run(50);
    for timer in ["election", "heartbeat"] {
        assert_eq!(
            emulation.act(&format!("align {timer}")),
            Err("there is no time to change in the failure-free run".to_owned())
        );
    }
    let mut emulation = Emulation::new(config("max_steps = 30"), 1);
    emulation.run(100);
    assert_eq!(emulation.act("crash node 1"), Err("the run has had all its steps".to_owned()));
    emulation.seek(29);
    assert!(emulation.act("crash node 1").is_ok());
}

#[test]
fn whether_a_message_can_be_delivered_is_told_as_trying_would_find() {
    let mut refused = 0;
    for toml in ["", "[timers]\n[network]\nlatency_ms = [5, 15]\n", "max_steps = 40\n"] {
        let mut emulation = Emulation::new(Config::parse("config.toml", toml).expect("it can be run"), 7);
        for _ in 0..60 {
            let ids: Vec<_> = emulation.now().network().in_flight().map(|envelope| envelope.id).collect();
            for id in ids {
                let deliver = Action::Deliver(id);
                let tried = emulation.clone().perform(&deliver).err();
                refused += usize::from(tried.is_some());
                assert_eq!(emulation.refusal(&deliver), tried, "{id} in step {}", emulation.now().step_count());
            }
            emulation.step();
        }
        let never = Action::Deliver(MessageId(NonZeroU64::MAX));
        assert_eq!(emulation.refusal(&never), emulation.clone().perform(&never).err());
    }
    assert!(refused > 0, "some wait");
}
