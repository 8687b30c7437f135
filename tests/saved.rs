//! Saved runs: what is saved is opened as it was, what is not as it was saved is refused with a sentence, and nothing that
//! can be written makes a panic.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::generator::Generator;
use raft_kv::saved::{ENGINE, MAX_ACTS, MAX_BYTES, Opening, SavedError, is_saved};

const TIMED: &str = "# A \"run\" with \\ and \"\"\"quotes\"\"\"\r\n\tnum_nodes = 3\nmax_steps = 3000\nduration_ms = 4000\n\
    [timers]\n[network]\nloss_percent = 2\n[[client]]\nrequests = ['put x \"1\"', 'wait 3000', \"get x\"] # \u{202e}\"";

fn emulation(text: &str, seed: u64) -> Emulation {
    let config = Config::parse("lecture \"one\".toml", text).unwrap_or_else(|error| panic!("{error}"));
    Emulation::new(config, seed)
}

/// A run in which much was done by hand, standing in the middle.
fn busy() -> Emulation {
    let mut emulation = emulation(TIMED, 5);
    emulation.seek(60);
    for sentence in [
        "client 1 put k a \"quoted\" \\ value",
        "spread election 40",
        "fire node 3 election",
        "crash node 1",
        "skew node 2 150",
        "partition node 2, client 1 | node 3",
        "heal",
        "restart node 1",
        "cut node 1 > node 2",
        "heal node 1 > node 2",
        "pause node 3",
        "resume node 3",
        "align election",
        "crash node 3 midway",
    ] {
        emulation.run(9);
        emulation.act(sentence).unwrap_or_else(|told| panic!("{sentence}: {told}"));
    }
    emulation.run(500);
    emulation.seek(150);
    emulation
}

fn opened(text: &str) -> Emulation {
    Emulation::open(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn sentence(text: &str) -> String {
    match Emulation::open(text) {
        Err(SavedError::Other(sentence)) => sentence,
        Err(SavedError::Config(error)) => panic!("it is the configuration that is refused: {error}"),
        Ok(_) => panic!("it must not be opened:\n{text}"),
    }
}

fn trace(emulation: &mut Emulation) -> String {
    emulation.seek(0);
    let mut trace = String::new();
    while emulation.step() {
        for record in emulation.happened() {
            trace += &format!("{}\n", record.line(emulation.texts()));
        }
    }
    trace
}

#[test]
fn a_saved_run_is_opened_as_it_was() {
    let mut saved = busy();
    let text = saved.saved();
    assert!(is_saved(&text) && !is_saved(TIMED));
    let mut again = opened(&text);
    assert_eq!(again.state(), saved.state());
    assert_eq!((again.now().step_count(), again.seed()), (150, 5));
    assert_eq!(again.config().text, TIMED, "to the byte");
    assert_eq!(again.config().file, "lecture \"one\".toml");
    assert_eq!(again.acts().collect::<Vec<_>>(), saved.acts().collect::<Vec<_>>());
    assert!(again.acts().any(|(step, _)| step > 150), "what was done later is not lost");
    assert_eq!(again.saved(), text);
    assert_eq!(trace(&mut again), trace(&mut saved));
    assert_eq!(again.saved(), saved.saved());
}

#[test]
fn a_saved_run_is_opened_in_slices_as_at_once() {
    let text = busy().saved();
    for slice in [1, 7, 100] {
        let mut opening = Opening::new(&text).unwrap_or_else(|error| panic!("{error}"));
        let (mut slices, mut before) = (1, 0);
        while !opening.go_on(slice).unwrap_or_else(|error| panic!("{error}")) {
            let (step, goal) = opening.place();
            assert!(before < step && step <= before + slice + 1, "a slice of {slice} goes from {before} to {step}");
            assert!(step <= goal, "it goes to {step}, and no farther than {goal}");
            (slices, before) = (slices + 1, step);
        }
        assert!(slices >= 186 / (slice + 1), "{slices} slices of {slice}");
        assert_eq!(opening.finish().state(), opened(&text).state());
    }
}

#[test]
fn a_run_without_acts_is_saved_at_its_start_and_at_its_end() {
    for (config, seed) in [("", 7), ("", (1 << 53) - 1), (TIMED, 0), ("\u{feff}seed = 1", 2), ("# \"", 1), ("#\\", 1)] {
        let mut run = emulation(config, seed);
        assert_eq!(opened(&run.saved()).state(), run.state());
        run.seek(u64::MAX);
        let again = opened(&run.saved());
        assert_eq!((again.state(), again.config().text.as_str()), (run.state(), config));
    }
}

#[test]
fn what_can_be_left_out_is_left_out() {
    let run = opened("config = ''\nseed = 3\nstep = 40\nengine = 1");
    assert_eq!((run.now().step_count(), run.acts().count(), run.config().file.as_str()), (40, 0, ""));
    let mut run = emulation("# as\nnum_nodes = 3\n", 1);
    run.seek(30);
    run.act("crash node 1").expect("it runs");
    let crlf = run.saved().replace('\n', "\r\n");
    assert_eq!(opened(&crlf).acts().count(), 1, "an editor may have its own line ends");
    assert_eq!(opened(&format!("\u{feff}{crlf}")).now().step_count(), 31);
}

#[test]
fn what_is_wrong_is_told_in_a_sentence() {
    let saved = |acts: &str| format!("engine = {ENGINE}\nseed = 7\nstep = 40\nacts = [{acts}]\nconfig = \"\"\n");
    for (text, told) in [
        (String::new(), "this is no saved run: it has no `engine`"),
        (TIMED.to_owned(), "this is no saved run: it has no `engine`"),
        ("engine = \n".to_owned(), "line 1, column 10 of the saved run: this is not valid TOML: "),
        (
            "engine = 999\nwhat = 'ever'".to_owned(),
            "this run was made by engine 999; this is engine 1: here the same seed and acts would give another run",
        ),
        ("engine = '1'".to_owned(), "line 1, column 10 of the saved run: `engine` must be a whole number from 0 to"),
        (format!("engine = {ENGINE}"), "the saved run has no `seed`"),
        (saved("").replace("seed = 7", ""), "the saved run has no `seed`"),
        (saved("").replace("step = 40", "step = -1"), "line 3, column 8 of the saved run: `step` must be a whole"),
        (
            saved("").replace("config = \"\"", "config = 7"),
            "line 5, column 10 of the saved run: `config` must be a text",
        ),
        (
            saved("").replace("acts", "cats"),
            "line 4, column 1 of the saved run: unknown key `cats`; known are engine, ",
        ),
        (saved("").replace("step = 40", "step = 12345"), "there is no step 12345: the run ends at step "),
        (saved("").replace("step = 40", "step = 10000001"), "there is no step 10000001: max_steps is 10000000"),
        (
            saved("").replace("step = 40", "step = 40\nlines = 7"),
            "this is not the run that was saved: at step 40 its trace had 7 lines, here it has ",
        ),
        (saved("7"), "line 4, column 9 of the saved run: `acts` must be a list of texts such as \"214 crash node 1\""),
        (saved("'crash node 1'"), "line 4, column 9 of the saved run: an act begins with the number of the step"),
        (saved("'0 crash node 1'"), "the step of an act comes after 0, that before it"),
        (saved("'9 crash node 1', '9 crash node 2'"), "the step of an act comes after 9, that before it"),
        (saved("'30'"), "act 1 at step 30 cannot be done: `` is no act;"),
        (saved("'30 crash node 1', '31 restart node 2'"), "act 2 at step 31 cannot be done: node 2 has not crashed"),
        (saved("'30 crash leader'"), "act 1 at step 30 cannot be done: `leader` is no process"),
        (
            saved("'3000 crash node 1'"),
            "act 1 at step 3000 cannot be done: there is no step 2999: the run ends at step ",
        ),
        (saved(&"'1 x',".repeat(MAX_ACTS + 1)), "there may be 10000 acts at most"),
        (" ".repeat(MAX_BYTES + 1), "a saved run has 16777216 bytes at most"),
    ] {
        let sentence = sentence(&text);
        assert!(sentence.contains(told), "{sentence}\n{told}");
        assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn a_configuration_that_cannot_be_run_is_told_with_its_own_place() {
    let text = format!(
        "engine = {ENGINE}\nseed = 7\nstep = 40\nfile = 'a.toml'\nconfig = \"\"\"\nseed = 1\nmum_nodes = 3\"\"\"\n"
    );
    let Err(SavedError::Config(error)) = Emulation::open(&text) else { panic!("it must be refused") };
    assert_eq!((error.file.as_str(), error.line, error.column), ("a.toml", 2, 1));
}

#[test]
fn ten_thousand_acts_are_done_again_and_more_cannot_be() {
    let mut run = emulation("num_nodes = 3\nnum_clients = 1\n[timers]", 1);
    run.seek(100);
    for number in 0..MAX_ACTS {
        let sentence = if number % 2 == 0 { "cut node 1 > node 2" } else { "heal" };
        run.act(sentence).expect("it can be done");
    }
    let told = "a run can have 10000 acts at most";
    assert_eq!(run.why_not("heal").as_deref(), Some(told));
    assert_eq!(run.act("heal"), Err(told.to_owned()));
    assert_eq!(opened(&run.saved()).state(), run.state());
    run.seek(200);
    assert_eq!(run.act("heal"), Ok(()), "what came later is forgotten for it");
}

#[test]
fn whatever_could_be_done_can_be_saved_and_opened() {
    let config = "num_nodes = 3\nnum_clients = 1\n[timers]\n";
    // A letter that takes twice its room when it is written.
    let sentence = format!("client 1 put k {}", "\"".repeat(9_999));
    let mut run = emulation(config, 1);
    run.seek(100);
    for _ in 0..60 {
        run.act(&sentence).expect("it can be done");
    }
    assert!(run.saved().len() > 1 << 20);
    assert_eq!(opened(&run.saved()).state(), run.state());
    let told = (60..2_000).find_map(|_| run.act(&sentence).err()).expect("there is an end to it");
    assert!(told.contains("could not be saved with it"), "{told}");
    assert_eq!(run.why_not(&sentence), Some(told));
    assert!((MAX_BYTES - 21_000..=MAX_BYTES).contains(&run.saved().len()), "{}", run.saved().len());
    assert_eq!(opened(&run.saved()).state(), run.state());
}

/// A digest of many lines, to compare what is too long to read: FNV-1a, over all bytes.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_run_with_acts_comes_out_the_same_as_long_as_the_engine_does() {
    let trace = trace(&mut busy());
    assert_eq!(
        (ENGINE, trace.lines().count(), digest(&trace)),
        (1, 305, 0x0042_b8d4_ba07_da30),
        "if the run is another one now, and not only told in other words, ENGINE has to grow by one"
    );
}

/// Something that may be possible, or not.
fn draw_act(emulation: &Emulation, chance: &mut Generator) -> String {
    const TIMERS: [&str; 7] = ["election", "heartbeat", "trust", "retry", "think", "election_over", "run_over"];
    let mut below = |most| chance.below(most) as usize;
    let process = |number: usize| ["node 1", "node 2", "node 3", "client 1", "main"][number];
    let in_flight: Vec<_> = emulation.now().network().in_flight().map(|envelope| envelope.id.0.get()).collect();
    let message = in_flight.get(below(in_flight.len() as u32 + 1)).copied().unwrap_or(1);
    let (one, other, timer) = (process(below(5)), process(below(5)), TIMERS[below(7)]);
    match below(18) {
        0 => format!("deliver {message}"),
        1 => format!("drop {message}"),
        2 => format!("duplicate {message}"),
        3 => format!("delay {message} {}", below(1_000_001)),
        4..7 => format!("fire {one} {timer}"),
        7 => format!("align {timer}"),
        8 => format!("spread {timer} {}", 1 + below(1_000)),
        9 => format!("crash {one} lose {}", 1 + below(3)),
        10 => format!("crash {one} midway"),
        11 => format!("restart {one}"),
        12 => ["pause", "resume", "crash"][below(3)].to_owned() + " " + one,
        13 => format!("skew {one} {}", 10 + below(991)),
        14 => format!("partition {one}, {other} | {one}, node 3"),
        15 => format!("cut {one} > {other}"),
        16 => ["heal".to_owned(), format!("heal {one} > {other}")][below(2)].clone(),
        _ => format!("client 1 {}", ["put x y z", "get x", "delete x"][below(3)]),
    }
}

#[test]
fn whatever_is_done_by_hand_is_done_again() {
    const CONFIGS: [&str; 3] = [
        "num_nodes = 3\nnum_clients = 1",
        "num_nodes = 3\nnum_clients = 1\nduration_ms = 3000\n[timers]\n[network]\nloss_percent = 5\nduplicate_percent = 5",
        "num_nodes = 3\nnum_clients = 1\nduration_ms = 3000\n[timers]\n[chaos]\nintensity = 80\n[raft]\npre_vote = true",
    ];
    let mut chance = Generator::new(5);
    let mut done = 0;
    for round in 0..90 {
        let mut run = emulation(CONFIGS[round % 3], round as u64);
        for _ in 0..200 {
            run.run(chance.below(8).into());
            let act = draw_act(&run, &mut chance);
            let refusal = run.why_not(&act);
            assert_eq!(run.act(&act).err(), refusal, "{act}");
        }
        done += run.acts().count();
        run.seek(chance.below(run.head() as u32 + 1).into());
        assert_eq!(opened(&run.saved()).state(), run.state());
    }
    assert!(done > 4_000, "{done}");
}

/// Changes something anywhere: a byte, a number, a line, a word for another.
fn mutate(text: &str, chance: &mut Generator) -> String {
    const PIECES: [&str; 24] = [
        "\"",
        "\"\"\"",
        "\\",
        "\n",
        "[",
        "]",
        ",",
        "=",
        "0",
        "9",
        "999999999",
        "-",
        "node 3",
        "client 1",
        "main",
        "heal",
        "deliver 60",
        "drop 61",
        "fire node 3 election",
        "crash",
        "restart",
        "\u{202e}",
        "é",
        "18446744073709551616",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..1 + chance.below(3) {
        let len = chars.len() as u32;
        let (from, width) = (chance.below(len) as usize, chance.below(12) as usize);
        let to = (from + width).min(chars.len());
        match chance.below(6) {
            0 => drop(chars.drain(from..to)),
            1 => chars[from] = char::from(chance.below(128) as u8),
            2 => {
                let piece = PIECES[chance.below(PIECES.len() as u32) as usize];
                chars.splice(from..to, piece.chars());
            }
            3 => {
                let piece: Vec<char> = chars[from..to].to_vec();
                let place = chance.below(chars.len() as u32) as usize;
                chars.splice(place..place, piece);
            }
            // Numbers and acts most of all: what lies behind them is only reached if the rest is in order.
            _ => {
                let digits: Vec<usize> = (0..chars.len()).filter(|&place| chars[place].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let place = digits[chance.below(digits.len() as u32) as usize];
                    chars[place] = char::from(b'0' + chance.below(10) as u8);
                }
            }
        }
        if chars.is_empty() {
            chars.push('x');
        }
    }
    chars.into_iter().collect()
}

#[test]
fn no_text_makes_a_panic() {
    let text = busy().saved();
    let unchecked: String =
        text.lines().filter(|line| !line.starts_with("lines")).flat_map(|line| [line, "\n"]).collect();
    let mut chance = Generator::new(11);
    let (mut opened, mut refused, mut configs) = (0, 0, 0);
    for round in 0..6_000 {
        let text = mutate(if round % 4 == 0 { &text } else { &unchecked }, &mut chance);
        match Emulation::open(&text) {
            Ok(mut run) => {
                opened += 1;
                run.run(100);
                run.lines(0..10, |_, _, _| ());
                assert_eq!(Emulation::open(&run.saved()).as_ref().map(Emulation::state), Ok(run.state()), "{text}");
            }
            Err(SavedError::Other(_)) => refused += 1,
            Err(SavedError::Config(_)) => configs += 1,
        }
    }
    println!("{opened} opened, {refused} refused, {configs} for their configuration");
    assert!(opened > 300 && refused > 1_000 && configs > 300, "{opened}, {refused}, {configs}");
}
