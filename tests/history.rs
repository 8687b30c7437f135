//! Whether the check of histories says what is true: against small histories that a person can judge, against trying all
//! orders, and against long runs of a store that is right by construction.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::generator::Generator;
use raft_kv::history::{Contradiction, History, Operation, Verdict, check, check_within};
use raft_kv::kv::{Command, Reply, Store, Text, Texts};

/// Texts with one letter each: keys x and y, values 1 to 9.
struct Words(Texts);

impl Words {
    fn new() -> Self {
        Words(Texts::default())
    }

    fn command(&mut self, written: &str) -> Command {
        let words: Vec<Text> = written.split(' ').map(|word| self.0.intern(word)).collect();
        match (written.split(' ').next(), words.as_slice()) {
            (Some("put"), &[_, key, value]) => Command::Put { key, value },
            (Some("get"), &[_, key]) => Command::Get { key },
            (Some("delete"), &[_, key]) => Command::Delete { key },
            _ => panic!("{written}"),
        }
    }

    fn reply(&mut self, written: &str) -> Reply {
        match written {
            "ok" => Reply::Done,
            "exists" => Reply::KeyExists,
            "missing" => Reply::KeyMissing,
            value => Reply::Value(self.0.intern(value)),
        }
    }
}

/// Client, command, moments and answer; an operation without an answer ends at `NEVER`.
type Line = (u32, &'static str, u64, u64, &'static str);
const NEVER: u64 = u64::MAX;

/// The history of these lines. Lines of one client stand in its order.
fn history(words: &mut Words, lines: &[Line]) -> History {
    let mut events: Vec<(u64, usize, bool)> = Vec::new();
    for (place, &(_, _, start, end, _)) in lines.iter().enumerate() {
        events.push((start, place, false));
        events.push((end, place, true));
    }
    events.sort_unstable();
    let mut history = History::default();
    for (at, place, is_end) in events {
        let (client, command, _, _, reply) = lines[place];
        match (is_end, at) {
            (false, _) => {
                if history.is_open(client) {
                    history.abandon(client);
                }
                history.invoke(client, words.command(command), at);
            }
            (true, NEVER) => {}
            (true, _) => history.answer(client, words.reply(reply), at),
        }
    }
    history
}

fn verdict(lines: &[Line]) -> Verdict {
    check(&history(&mut Words::new(), lines))
}

/// The lines that contradict each other, by their places.
fn contradiction(lines: &[Line]) -> (usize, Option<usize>) {
    let mut words = Words::new();
    let Verdict::NotLinearizable(Contradiction { operation, against, .. }) = check(&history(&mut words, lines)) else {
        panic!("{lines:?} is not linearizable")
    };
    let mut place = |operation: Operation| {
        let is_it = |&(client, command, start, ..): &Line| {
            (client, words.command(command), start) == (operation.client, operation.command, operation.invoked)
        };
        lines.iter().position(is_it).expect("the contradiction is about operations of the history")
    };
    (place(operation), against.map(place))
}

#[test]
fn what_a_single_store_would_answer_is_linearizable() {
    assert_eq!(verdict(&[]), Verdict::Linearizable);
    assert_eq!(
        verdict(&[
            (1, "get x", 1, 2, "missing"),
            (1, "put x 1", 2, 3, "ok"),
            (1, "put x 2", 3, 4, "exists"),
            (1, "get x", 4, 5, "1"),
            (1, "delete x", 5, 6, "ok"),
            (1, "delete x", 6, 7, "missing"),
            (2, "put y 1", 1, 9, "ok"),
        ]),
        Verdict::Linearizable
    );
}

#[test]
fn concurrent_operations_take_effect_in_any_order() {
    for (first, second) in [("1", "1"), ("missing", "1"), ("missing", "missing")] {
        let lines = [(1, "put x 1", 1, 9, "ok"), (2, "get x", 2, 3, first), (2, "get x", 4, 5, second)];
        assert_eq!(verdict(&lines), Verdict::Linearizable);
    }
    let lines = [(1, "put x 1", 1, 9, "ok"), (2, "get x", 2, 3, "1"), (3, "get x", 4, 5, "missing")];
    assert_eq!(contradiction(&lines), (2, Some(1)), "what one has read, all others must see from then on");
}

#[test]
fn a_stale_read_contradicts_the_delete() {
    let lines = [
        (1, "put x 1", 1, 10, "ok"),
        (3, "get x", 12, 18, "1"),
        (1, "delete x", 20, 31, "ok"),
        (2, "get x", 40, 52, "1"),
        (3, "get x", 60, 61, "missing"),
    ];
    assert_eq!(contradiction(&lines), (3, Some(2)));
    assert_eq!(verdict(&lines[..3]), Verdict::Linearizable);
}

#[test]
fn equal_moments_are_concurrent_but_for_one_client() {
    let other = [(1, "put x 1", 1, 5, "ok"), (2, "get x", 5, 9, "missing")];
    assert_eq!(verdict(&other), Verdict::Linearizable);
    let same = [(1, "put x 1", 1, 5, "ok"), (1, "get x", 5, 9, "missing")];
    assert_eq!(contradiction(&same), (1, Some(0)));
    let unknown = [(1, "delete x", 1, 5, "ok"), (1, "put x 1", 5, NEVER, ""), (2, "get x", 7, 8, "1")];
    assert_eq!(contradiction(&unknown).0, 0, "a client's next operation cannot help its last one");
}

#[test]
fn a_second_put_that_succeeds_is_a_lost_update() {
    assert_eq!(contradiction(&[(1, "put x 1", 1, 2, "ok"), (2, "put x 2", 3, 4, "ok")]), (1, Some(0)));
    assert_eq!(contradiction(&[(1, "put x 1", 1, 4, "ok"), (2, "put x 2", 2, 3, "ok")]), (0, Some(1)));
}

#[test]
fn what_nobody_wrote_cannot_be_read_or_deleted() {
    assert_eq!(contradiction(&[(1, "get x", 1, 2, "1")]), (0, None));
    assert_eq!(contradiction(&[(1, "delete x", 1, 2, "ok")]), (0, None));
    assert_eq!(contradiction(&[(1, "put x 1", 1, 2, "ok"), (2, "get x", 3, 4, "2")]), (1, Some(0)));
    assert_eq!(contradiction(&[(1, "put x 1", 1, 2, "ok"), (2, "delete x", 3, 4, "missing")]), (1, Some(0)));
    assert_eq!(contradiction(&[(1, "put y 1", 1, 2, "ok"), (2, "get x", 3, 4, "1")]), (1, None));
}

#[test]
fn an_answer_that_is_none_to_its_command_is_not_explained() {
    assert_eq!(contradiction(&[(1, "get x", 1, 2, "ok")]), (0, None));
    assert_eq!(contradiction(&[(1, "put x 1", 1, 2, "missing")]), (0, None));
}

#[test]
fn a_put_that_was_repeated_must_not_meet_itself() {
    let unknown_and_again = [(1, "put x 1", 1, NEVER, ""), (1, "put x 1", 5, 6, "exists")];
    assert_eq!(verdict(&unknown_and_again), Verdict::Linearizable);
    assert_eq!(contradiction(&[(1, "put x 1", 1, 6, "exists")]), (0, None));
}

#[test]
fn what_was_not_answered_may_have_happened_or_not() {
    let put = (1, "put x 1", 1, NEVER, "");
    let cases: [&[Line]; 6] = [
        &[put, (2, "get x", 3, 4, "missing"), (2, "get x", 5, 6, "1")],
        &[put, (2, "get x", 3, 4, "missing"), (2, "get x", 5, 6, "missing")],
        &[
            put,
            (2, "get x", 3, 4, "missing"),
            (2, "put x 2", 5, 6, "ok"),
            (2, "delete x", 7, 8, "ok"),
            (2, "get x", 9, 10, "1"),
        ],
        &[put, (2, "delete x", 3, 4, "ok")],
        &[put, (2, "put x 2", 3, 4, "ok"), (1, "delete x", 5, NEVER, ""), (2, "get x", 7, 8, "1")],
        &[put, (1, "get x", 3, NEVER, ""), (1, "get x", 5, 6, "missing")],
    ];
    for lines in cases {
        assert_eq!(verdict(lines), Verdict::Linearizable, "{lines:?}");
    }
}

#[test]
fn what_was_not_answered_happened_once_at_most_and_not_before_it_was_asked() {
    let put = (1, "put x 1", 1, NEVER, "");
    let twice = [put, (2, "delete x", 3, 4, "ok"), (2, "get x", 5, 6, "1")];
    assert_eq!(contradiction(&twice), (2, Some(1)));
    let back = [put, (2, "get x", 3, 4, "1"), (2, "get x", 5, 6, "missing")];
    assert_eq!(contradiction(&back), (2, Some(1)));
    let early = [(2, "get x", 1, 2, "1"), (1, "put x 1", 3, NEVER, "")];
    assert_eq!(contradiction(&early), (0, None));
}

#[test]
fn the_earliest_contradiction_of_all_keys_is_told() {
    let lines = [(1, "get y", 1, 9, "1"), (2, "get x", 2, 5, "1"), (3, "get z", 1, 8, "1")];
    assert_eq!(contradiction(&lines), (1, None));
}

#[test]
fn a_bound_that_is_too_low_leaves_it_undecided() {
    let mut words = Words::new();
    let lines = [(1, "put x 1", 1, 2, "ok"), (1, "delete x", 3, 4, "ok"), (1, "get x", 5, 6, "missing")];
    let history = history(&mut words, &lines);
    assert_eq!(check_within(&history, 4), Verdict::Undecided);
    assert_eq!(check_within(&history, 5), Verdict::Linearizable);
}

#[test]
fn operations_are_listed_as_documented_and_counted() {
    let lines =
        [(1, "put x 1", 1, 8, "ok"), (2, "get x", 2, 3, "1"), (3, "get x", 2, NEVER, ""), (3, "get y", 9, NEVER, "")];
    let history = history(&mut Words::new(), &lines);
    let listed: Vec<_> = history.operations().map(|operation| (operation.client, operation.invoked)).collect();
    assert_eq!(listed, [(2, 2), (1, 1), (3, 2), (3, 9)]);
    assert_eq!((history.len(), history.answered(), history.is_empty()), (4, 2, false));
    assert_eq!((history.is_open(3), history.is_open(1)), (true, false));
}

/// What a drawn history is like.
struct Shape {
    clients: u32,
    keys: u32,
    values: u32,
    operations: u32,
    /// In a hundred.
    unanswered: u32,
    /// In a hundred.
    wrong: u32,
    /// Whether several things may happen in one moment.
    ties: bool,
}

/// A client of a store that is right, but for wrong answers that are drawn.
#[derive(Clone, Copy)]
enum Client {
    Idle,
    Asked(Command),
    Answered(Reply),
}

/// A history of a single store whose clients ask, wait for the effect and for its answer, in a drawn order.
fn draw(shape: &Shape, generator: &mut Generator) -> History {
    let mut texts = Texts::default();
    let keys: Vec<Text> = (0..shape.keys).map(|key| texts.intern(&format!("key {key}"))).collect();
    let values: Vec<Text> = (0..shape.values).map(|value| texts.intern(&format!("{value}"))).collect();
    let (mut history, mut store, mut at, mut left) = (History::default(), Store::default(), 0, shape.operations);
    let mut clients = vec![Client::Idle; shape.clients as usize];
    while left > 0 || clients.iter().any(|client| !matches!(client, Client::Idle)) {
        let id = generator.below(shape.clients);
        let client = &mut clients[id as usize];
        let gives_up = generator.below(100) < shape.unanswered;
        at += if shape.ties { u64::from(generator.below(2)) } else { 1 };
        match *client {
            Client::Asked(_) | Client::Answered(_) if gives_up && generator.below(2) == 0 => {
                history.abandon(id);
                *client = Client::Idle;
            }
            Client::Asked(command) => *client = Client::Answered(store.execute(command)),
            Client::Answered(reply) => {
                let wrong = generator.below(100) < shape.wrong;
                history.answer(id, if wrong { other(reply, &values, generator) } else { reply }, at);
                *client = Client::Idle;
            }
            Client::Idle => {}
        }
        // A client that has its answer often goes on in the same moment.
        if matches!(*client, Client::Idle) && left > 0 && generator.below(3) > 0 {
            left -= 1;
            let key = keys[generator.below(shape.keys) as usize];
            let command = match generator.below(3) {
                0 => Command::Put { key, value: values[generator.below(shape.values) as usize] },
                1 => Command::Get { key },
                _ => Command::Delete { key },
            };
            history.invoke(id, command, at);
            *client = Client::Asked(command);
        }
    }
    history
}

fn other(reply: Reply, values: &[Text], generator: &mut Generator) -> Reply {
    let value = Reply::Value(values[generator.below(values.len() as u32) as usize]);
    match reply {
        Reply::Done => [Reply::KeyExists, Reply::KeyMissing][generator.below(2) as usize],
        Reply::Value(_) => [value, Reply::KeyMissing][generator.below(2) as usize],
        Reply::KeyExists => Reply::Done,
        Reply::KeyMissing => [value, Reply::Done][generator.below(2) as usize],
    }
}

/// Whether some order explains everything: all of them are tried.
fn has_an_order(operations: &[Operation], left: &[usize], store: &Store) -> bool {
    let comes_before = |a: usize, b: usize| {
        let (before, after) = (operations[a], operations[b]);
        // Of two that begin in one moment, the one without an answer may be the earlier one.
        let is_clear = after.returned.is_some() || before.invoked < after.invoked;
        let is_before = |(returned, _)| match before.client == after.client {
            true => returned < after.invoked || returned == after.invoked && a < b && is_clear,
            false => returned < after.invoked,
        };
        before.returned.is_some_and(is_before)
    };
    if left.iter().all(|&place| operations[place].returned.is_none()) {
        return true;
    }
    left.iter().any(|&next| {
        let mut store = store.clone();
        let reply = store.execute(operations[next].command);
        let fits = operations[next].returned.is_none_or(|(_, heard)| heard == reply);
        let rest: Vec<usize> = left.iter().copied().filter(|&place| place != next).collect();
        fits && !rest.iter().any(|&place| comes_before(place, next)) && has_an_order(operations, &rest, &store)
    })
}

/// How many of these drawn histories are linearizable, and how many are not.
fn compare(rounds: u32, seed: u64, shape: impl Fn(&mut Generator) -> Shape) -> (u32, u32) {
    let mut generator = Generator::new(seed);
    let mut counts = (0, 0);
    for round in 0..rounds {
        let shape = shape(&mut generator);
        let history = draw(&shape, &mut generator);
        let operations: Vec<Operation> = history.operations().collect();
        let all: Vec<usize> = (0..operations.len()).collect();
        let verdict = check(&history);
        let expected = has_an_order(&operations, &all, &Store::default());
        assert_eq!(verdict == Verdict::Linearizable, expected, "round {round}: {verdict:?} of {operations:#?}");
        assert!(expected || shape.wrong > 0, "round {round}: a store that is right makes what is linearizable");
        if let Verdict::NotLinearizable(Contradiction { operation, key, explained, .. }) = verdict {
            let on_key: Vec<usize> = all.into_iter().filter(|&other| operations[other].command.key() == key).collect();
            let place = on_key[explained as usize];
            assert_eq!(
                operations[place], operation,
                "round {round}: the first operations are explained, up to this one"
            );
            assert!(!has_an_order(&operations, &on_key, &Store::default()), "round {round}: {key:?} is not to blame");
            // What came before has an order, if the rest might have been answered anything.
            let mut before = operations.clone();
            before.iter_mut().skip(place).for_each(|operation| operation.returned = None);
            assert!(
                has_an_order(&before, &on_key, &Store::default()),
                "round {round}: {operation:?} is not the first of {operations:?}"
            );
        }
        *if expected { &mut counts.0 } else { &mut counts.1 } += 1;
    }
    counts
}

#[test]
fn it_agrees_with_trying_all_orders_on_one_key() {
    let shape = |generator: &mut Generator| Shape {
        clients: 2 + generator.below(3),
        keys: 1,
        values: 1 + generator.below(3),
        operations: 1 + generator.below(7),
        unanswered: [0, 25, 60][generator.below(3) as usize],
        wrong: [0, 10, 30][generator.below(3) as usize],
        ties: generator.below(2) == 0,
    };
    let (linearizable, not) = compare(6000, 1, shape);
    assert!(linearizable > 2000 && not > 1000, "{linearizable} linearizable, {not} not");
}

#[test]
fn it_agrees_with_trying_all_orders_on_two_keys() {
    let shape = |generator: &mut Generator| Shape {
        clients: 3,
        keys: 2,
        values: 2,
        operations: 1 + generator.below(7),
        unanswered: 15,
        wrong: [0, 15][generator.below(2) as usize],
        ties: false,
    };
    let (linearizable, not) = compare(2000, 2, shape);
    assert!(linearizable > 500 && not > 200, "{linearizable} linearizable, {not} not");
}

fn long(operations: u32, clients: u32, unanswered: u32) -> Shape {
    Shape { clients, keys: 5, values: 100, operations, unanswered, wrong: 0, ties: true }
}

#[test]
fn long_histories_of_a_store_that_is_right_are_linearizable() {
    for (shape, seed) in [(long(50_000, 3, 0), 1), (long(20_000, 3, 2), 2), (long(5_000, 40, 1), 3)] {
        assert_eq!(check(&draw(&shape, &mut Generator::new(seed))), Verdict::Linearizable);
    }
}

#[test]
fn one_wrong_answer_in_a_long_history_is_found() {
    let mut generator = Generator::new(4);
    let mut history = draw(&long(5_000, 3, 1), &mut generator);
    let mut texts = Texts::default();
    let key = texts.intern("key 0");
    let never_put = (0..200).map(|value| texts.intern(&format!("{value}"))).last().expect("there are some");
    let at = history.operations().filter_map(|operation| operation.returned).map(|(at, _)| at).max().unwrap_or(0);
    assert!(!history.is_open(0));
    history.invoke(0, Command::Get { key }, at + 1);
    history.answer(0, Reply::Value(never_put), at + 2);
    let Verdict::NotLinearizable(contradiction) = check(&history) else { panic!("nobody put this value") };
    assert_eq!(contradiction.operation.returned, Some((at + 2, Reply::Value(never_put))));
}
