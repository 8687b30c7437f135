//! What clients asked and heard, and whether a store that does one thing at a time could have answered so: whether the
//! history is linearizable.
//!
//! An operation of a client takes effect at one moment between its invocation and its answer. If such moments can be
//! found for all operations, so that every answer is what the store says at its moment, then nobody can tell the
//! replicated store from a single one. Keys do not touch each other, so each key is judged alone.
//!
//! One operation comes before another if it was answered at an earlier moment than the other was invoked. At equal
//! moments the two are concurrent, as nobody knows which was first, unless they are of one client: a client invokes its
//! next operation after it has heard of the last one, though one step may hold both. (Of two that a client began in one
//! moment, the one without an answer is taken for the earlier one.)
//!
//! An operation without an answer may have taken effect at any moment after its invocation, or never.
//!
//! # How it is judged
//!
//! In the manner of Wing and Gong, and of Lowe ("Testing for linearizability"), but forward, all ways at once, so that
//! memory is needed for what is pending and not for the whole history. A way is one explanation of all that was
//! answered so far: what the key holds now, and which pending operations have had their effect already. Operations are
//! looked at in the order of their answers. At an answer, every way either has the operation among those that took effect,
//! or must let it take effect now, perhaps after other pending ones. A way that cannot is given up. When none is left, the
//! operations up to this one have no explanation.
//!
//! What keeps the ways few, without losing one that matters:
//!
//! - an operation takes effect as late as possible: not before an answer asks for it;
//! - but one that changes nothing, such as a get, takes effect as soon as it fits, as this hinders nobody;
//! - of pending operations that do the same, the one that is answered first takes effect first, those that are never
//!   answered last;
//! - a way that needs some unanswered operations is given up for one that gets as far with a part of them;
//! - a value that no later get returns is no different from other such values.
//!
//! First only some of the ways are followed, the shortest; if they all fail, more. A failure counts once no way was left
//! aside.

use std::collections::{BTreeSet, VecDeque};

use crate::chunks::Chunks;
use crate::kv::{Command, Reply, Text};
use crate::sorted;

/// How many configurations [`check`] may visit for a key whatever its history.
const VISITS: u64 = 400_000;
/// How many it may visit besides for each operation of the history. With three clients, it visits about two.
const VISITS_PER_OPERATION: u64 = 4;

/// How many ways are followed at first, and when that fails. At last, all.
const WIDTHS: [usize; 4] = [8, 64, 1024, usize::MAX];
/// With how many ways that spent other things a new one is compared. More would find more that are not needed, in more time.
const RIVALS: usize = 128;
/// How many configurations may be visited for one answer, times the width.
const VISITS_PER_WAY: u64 = 16;

/// What a client asked, and what it heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Who asked.
    pub client: u32,
    /// What was asked.
    pub command: Command,
    /// The moment in which it was asked, such as the number of a step.
    pub invoked: u64,
    /// The moment in which it was answered, and the answer; none if it is unknown what came of it.
    pub returned: Option<(u64, Reply)>,
}

/// The operations of a run. It is cheap to clone, and takes 40 bytes for each operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// In the order of their answers.
    answered: Chunks<Answered>,
    /// In the order in which they were given up.
    abandoned: Chunks<Unanswered>,
    /// At most one for each client, in the order of their invocations.
    open: Vec<Unanswered>,
    /// The last moment of which something is known.
    now: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Answered {
    invoked: u64,
    returned: u64,
    command: Command,
    reply: Reply,
    client: u32,
}

const _: () = assert!(size_of::<Answered>() == 40, "a history may have a million operations");

#[derive(Debug, Clone, Copy, PartialEq)]
struct Unanswered {
    invoked: u64,
    command: Command,
    client: u32,
}

impl History {
    /// A client asks something.
    ///
    /// # Panics
    /// If it waits for an answer already, or the moment is earlier than one that was told before.
    #[inline]
    pub fn invoke(&mut self, client: u32, command: Command, at: u64) {
        assert!(self.open.iter().all(|open| open.client != client), "a client has one operation at a time");
        self.advance(at);
        self.open.push(Unanswered { invoked: at, command, client });
    }

    /// A client hears the answer to what it asked.
    ///
    /// # Panics
    /// If it waits for none, or the moment is earlier than one that was told before.
    #[inline]
    pub fn answer(&mut self, client: u32, reply: Reply, at: u64) {
        let Unanswered { invoked, command, client } = self.close(client);
        self.advance(at);
        self.answered.push(Answered { invoked, returned: at, command, reply, client });
    }

    /// A client no longer waits for an answer. What it asked stays unknown for ever.
    ///
    /// # Panics
    /// If it waits for none.
    pub fn abandon(&mut self, client: u32) {
        let operation = self.close(client);
        self.abandoned.push(operation);
    }

    /// Whether this client waits for an answer.
    pub fn is_open(&self, client: u32) -> bool {
        self.open.iter().any(|open| open.client == client)
    }

    /// All operations: first those that were answered, in the order of their answers, then those that were given up, in
    /// that order, and last those that are open, in the order of their invocations.
    pub fn operations(&self) -> impl Iterator<Item = Operation> + '_ {
        let answered = (0..self.answered.len()).filter_map(|place| self.answered.get(place));
        let abandoned = (0..self.abandoned.len()).filter_map(|place| self.abandoned.get(place));
        let answered = answered.map(|Answered { invoked, returned, command, reply, client }| Operation {
            client,
            command,
            invoked,
            returned: Some((returned, reply)),
        });
        let unanswered = abandoned.chain(self.open.iter().copied());
        answered.chain(unanswered.map(|Unanswered { invoked, command, client }| Operation {
            client,
            command,
            invoked,
            returned: None,
        }))
    }

    /// How many operations there are, answered or not.
    pub fn len(&self) -> usize {
        self.answered.len() + self.abandoned.len() + self.open.len()
    }

    /// Whether nobody asked anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many operations were answered.
    pub fn answered(&self) -> usize {
        self.answered.len()
    }

    #[inline]
    fn advance(&mut self, at: u64) {
        assert!(at >= self.now, "moments come in order");
        self.now = at;
    }

    #[inline]
    fn close(&mut self, client: u32) -> Unanswered {
        let place = self.open.iter().position(|open| open.client == client);
        self.open.remove(place.expect("a client asks before it is answered or gives up"))
    }
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order of effects that explains every answer.
    Linearizable,
    /// There is none.
    NotLinearizable(Contradiction),
    /// The search was given up at its bound.
    Undecided,
}

/// Why a history is not linearizable.
///
/// All operations on the key that were answered before `operation` can be explained. With it they cannot, as those that
/// were pending at its answer heard what they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The key that all of this is about.
    pub key: Text,
    /// How many operations on the key can be explained: those that were answered first.
    pub explained: u32,
    /// The first operation, in the order of answers, that cannot be placed.
    pub operation: Operation,
    /// What speaks against it: the operation that tells last what the key held, where possible one that was answered
    /// before `operation` was invoked. None if no operation had any effect on the key, so that it was missing.
    pub against: Option<Operation>,
}

/// Judges a history. Where very many orders are possible, it gives up: after some seconds to half a minute.
///
/// # Panics
/// If there are more than `u32::MAX` operations.
pub fn check(history: &History) -> Verdict {
    check_within(history, VISITS + VISITS_PER_OPERATION * history.len() as u64)
}

/// Judges a history, and visits at most `bound` configurations for each key: explanations of a part of it.
///
/// # Panics
/// If there are more than `u32::MAX` operations.
pub fn check_within(history: &History, bound: u64) -> Verdict {
    let operations: Vec<Operation> = history.operations().collect();
    let count = u32::try_from(operations.len()).expect("a history has at most u32::MAX operations");
    let mut places: Vec<u32> = (0..count).collect();
    places.sort_by_key(|&place| operations[place as usize].command.key());

    let mut first: Option<Contradiction> = None;
    let mut undecided = false;
    for places in places.chunk_by(|&a, &b| operations[a as usize].command.key() == operations[b as usize].command.key())
    {
        match check_key(&operations, places, bound) {
            Verdict::Linearizable => {}
            Verdict::Undecided => undecided = true,
            Verdict::NotLinearizable(found) => {
                let moment = |contradiction: &Contradiction| contradiction.operation.returned.map(|(at, _)| at);
                if first.as_ref().is_none_or(|first| moment(&found) < moment(first)) {
                    first = Some(found);
                }
            }
        }
    }
    match first {
        Some(contradiction) => Verdict::NotLinearizable(contradiction),
        None if undecided => Verdict::Undecided,
        None => Verdict::Linearizable,
    }
}

fn check_key(operations: &[Operation], places: &[u32], bound: u64) -> Verdict {
    let key = KeyHistory::new(operations, places);
    let mut visits_left = bound;
    for width in WIDTHS {
        match Sweep::new(&key, width, &mut visits_left).run() {
            Outcome::Explained => return Verdict::Linearizable,
            Outcome::OutOfVisits => return Verdict::Undecided,
            Outcome::Stuck { complete: false, .. } => {}
            Outcome::Stuck { at, against, complete: true } => {
                let operation = |step: u32| operations[key.steps[step as usize].place as usize];
                return Verdict::NotLinearizable(Contradiction {
                    key: operation(at).command.key(),
                    explained: at,
                    operation: operation(at),
                    against: against.map(operation),
                });
            }
        }
    }
    unreachable!("the last sweep leaves no way aside")
}

/// What a key holds, as far as it matters to what is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Nothing,
    Value(Text),
    /// A value that no later get returns.
    Unread,
}

/// What an operation does to its key, its answer included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Create(Held),
    Remove,
    See(Held),
    SeeSomething,
    /// The answer is none to this command.
    Impossible,
}

impl Effect {
    /// None if it has none that anybody could see: a get without an answer.
    fn of(command: Command, reply: Option<Reply>) -> Option<Effect> {
        Some(match (command, reply) {
            (Command::Put { value, .. }, Some(Reply::Done) | None) => Effect::Create(Held::Value(value)),
            (Command::Delete { .. }, Some(Reply::Done) | None) => Effect::Remove,
            (Command::Get { .. }, None) => return None,
            (Command::Get { .. }, Some(Reply::Value(value))) => Effect::See(Held::Value(value)),
            (Command::Get { .. } | Command::Delete { .. }, Some(Reply::KeyMissing)) => Effect::See(Held::Nothing),
            (Command::Put { .. }, Some(Reply::KeyExists)) => Effect::SeeSomething,
            (Command::Put { .. }, Some(Reply::Value(_) | Reply::KeyMissing))
            | (Command::Get { .. }, Some(Reply::Done | Reply::KeyExists))
            | (Command::Delete { .. }, Some(Reply::Value(_) | Reply::KeyExists)) => Effect::Impossible,
        })
    }

    /// What the key holds after this, if it can happen to a key that holds `held`.
    fn after(self, held: Held) -> Option<Held> {
        match (self, held) {
            (Effect::Create(value), Held::Nothing) => Some(value),
            (Effect::Remove, Held::Value(_) | Held::Unread) => Some(Held::Nothing),
            (Effect::See(seen), held) if seen == held => Some(held),
            (Effect::SeeSomething, Held::Value(_) | Held::Unread) => Some(held),
            _ => None,
        }
    }

    fn changes(self) -> bool {
        matches!(self, Effect::Create(_) | Effect::Remove)
    }

    /// The same with another value, if it stores this one.
    fn renamed(self, from: Held, to: Held) -> Effect {
        if self == Effect::Create(from) { Effect::Create(to) } else { self }
    }
}

/// One operation on the key that is judged.
struct Step {
    /// Its place among the operations of the history.
    place: u32,
    invoked: u64,
    /// Later than everything if it was not answered.
    returned: u64,
    effect: Effect,
    /// The step of the same client that was answered in the moment in which this one was invoked: it comes before.
    before: Option<u32>,
    /// Whether such a step follows this one.
    followed: bool,
}

/// The operations on one key.
struct KeyHistory {
    /// First those that were answered, in the order of their answers, then the others.
    steps: Vec<Step>,
    /// How many were answered.
    answered: u32,
    /// All steps in the order of their invocations.
    calls: Vec<u32>,
    /// Each value that a get returned, with the step of the last one; sorted.
    last_reads: Vec<(Text, u32)>,
}

impl KeyHistory {
    fn new(operations: &[Operation], places: &[u32]) -> Self {
        let mut steps: Vec<Step> = Vec::with_capacity(places.len());
        for &place in places {
            let Operation { command, invoked, returned, .. } = operations[place as usize];
            if let Some(effect) = Effect::of(command, returned.map(|(_, reply)| reply)) {
                let returned = returned.map_or(u64::MAX, |(at, _)| at);
                steps.push(Step { place, invoked, returned, effect, before: None, followed: false });
            }
        }
        let is_answered = |step: &Step| operations[step.place as usize].returned.is_some();
        let answered = steps.partition_point(is_answered);
        let mut calls: Vec<u32> = (0..steps.len() as u32).collect();
        calls.sort_by_key(|&step| steps[step as usize].invoked);

        let mut last_reads = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if let Effect::See(Held::Value(value)) = step.effect {
                last_reads.push((value, place as u32));
            }
        }
        last_reads.sort_unstable();
        last_reads.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = later.1;
            }
            same
        });

        let mut key = KeyHistory { steps, answered: answered as u32, calls, last_reads };
        key.link(operations);
        key
    }

    /// Finds the steps of one client that follow each other within one moment.
    fn link(&mut self, operations: &[Operation]) {
        let client = |steps: &[Step], step: u32| operations[steps[step as usize].place as usize].client;
        // Within a moment, a client gives up, then hears at once, then waits.
        let rank = |step: &Step| match step.returned {
            u64::MAX => 0,
            returned if returned == step.invoked => 1,
            _ => 2,
        };
        let mut order = self.calls.clone();
        order.sort_by_key(|&place| {
            let step = &self.steps[place as usize];
            (client(&self.steps, place), step.invoked, rank(step))
        });
        for place in 1..order.len() {
            let (step, invoked) = (order[place], self.steps[order[place] as usize].invoked);
            for &earlier in order[..place].iter().rev() {
                if client(&self.steps, earlier) != client(&self.steps, step) {
                    break;
                }
                if self.steps[earlier as usize].returned == invoked {
                    self.steps[step as usize].before = Some(earlier);
                    self.steps[earlier as usize].followed = true;
                    break;
                }
                if self.steps[earlier as usize].invoked < invoked {
                    break;
                }
            }
        }
    }

    /// The last step that saw this value, if there is one.
    fn last_read(&self, value: Text) -> Option<u32> {
        let place = self.last_reads.binary_search_by_key(&value, |&(value, _)| value).ok()?;
        Some(self.last_reads[place].1)
    }
}

/// An operation that was invoked and not yet answered.
#[derive(Debug, Clone, Copy)]
struct Pending {
    step: u32,
    effect: Effect,
    before: Option<u32>,
    followed: bool,
}

/// One explanation of all that was answered so far.
#[derive(Debug, Clone)]
struct Way {
    held: Held,
    /// The pending steps that took effect and will be answered; sorted.
    taken: Vec<u32>,
    /// The steps that took effect and will never be answered, as far as not all ways have them; sorted.
    spent: Vec<u32>,
    /// The step that made the key hold this, if it will be answered or was.
    maker: Option<u32>,
    /// The step that tells so and is answered first.
    shown: Option<u32>,
}

impl Way {
    /// What decides where a way can lead.
    fn place(&self) -> (Held, &[u32]) {
        (self.held, &self.taken)
    }

    fn took(&self, step: u32) -> bool {
        self.taken.binary_search(&step).is_ok()
    }

    /// Whether the step, which is pending at the answer to `at`, need not wait for another one.
    fn may_take(&self, pending: &Pending, at: u32) -> bool {
        pending.before.is_none_or(|before| before < at || self.took(before))
    }

    /// Lets a step that changes nothing take effect, if it fits.
    fn see(&mut self, pending: &Pending, at: u32) {
        let fits = !pending.effect.changes() && pending.effect.after(self.held).is_some();
        if fits && self.may_take(pending, at) && sorted::insert(&mut self.taken, pending.step) {
            self.shown = Some(self.shown.map_or(pending.step, |shown| shown.min(pending.step)));
        }
    }

    /// The same after the answer to a step that it has.
    fn without(mut self, step: u32) -> Way {
        remove_all(&mut self.taken, &[step]);
        self
    }
}

impl PartialEq for Way {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Way {}

impl PartialOrd for Way {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Way {
    /// What made the key hold what it holds is for the reader, and decides nothing.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.place(), &self.spent).cmp(&(other.place(), &other.spent))
    }
}

fn remove_all(items: &mut Vec<u32>, removed: &[u32]) {
    items.retain(|item| removed.binary_search(item).is_err());
}

fn is_part(part: &[u32], whole: &[u32]) -> bool {
    part.iter().all(|item| whole.binary_search(item).is_ok())
}

/// Adds a way, unless one that is there gets as far with a part of what this one spends. Those that it beats are removed.
fn add(ways: &mut BTreeSet<Way>, way: Way) -> bool {
    let least = Way { spent: Vec::new(), ..way.clone() };
    let rivals = || ways.range(&least..).take_while(|rival| rival.place() == way.place()).take(RIVALS);
    if rivals().any(|rival| is_part(&rival.spent, &way.spent)) {
        return false;
    }
    let beaten: Vec<Way> = rivals().filter(|rival| is_part(&way.spent, &rival.spent)).cloned().collect();
    for rival in &beaten {
        ways.remove(rival);
    }
    ways.insert(way)
}

enum Outcome {
    Explained,
    /// No way leads past this step.
    Stuck {
        at: u32,
        against: Option<u32>,
        /// Whether no way was left aside.
        complete: bool,
    },
    OutOfVisits,
}

/// One pass over the operations on a key.
struct Sweep<'a> {
    key: &'a KeyHistory,
    /// How many calls were seen.
    called: usize,
    /// What will be answered, in the order of the answers.
    pending: Vec<Pending>,
    /// What will never be answered, what does the same side by side: sorted by effect, then by step.
    unanswered: Vec<Pending>,
    ways: Vec<Way>,
    width: usize,
    complete: bool,
    visits_left: &'a mut u64,
}

impl<'a> Sweep<'a> {
    fn new(key: &'a KeyHistory, width: usize, visits_left: &'a mut u64) -> Self {
        let start = Way { held: Held::Nothing, taken: Vec::new(), spent: Vec::new(), maker: None, shown: None };
        Sweep {
            key,
            called: 0,
            pending: Vec::new(),
            unanswered: Vec::new(),
            ways: vec![start],
            width,
            complete: true,
            visits_left,
        }
    }

    fn run(mut self) -> Outcome {
        for at in 0..self.key.answered {
            self.call_until(at);
            assert_eq!(self.pending[0].step, at, "what is answered was invoked, and everything before it is settled");
            let Some(ways) = self.answer(at) else { return Outcome::OutOfVisits };
            if ways.is_empty() {
                return Outcome::Stuck { at, against: self.against(at), complete: self.complete };
            }
            self.ways = ways;
            self.pending.remove(0);
            self.forget_value(at);
            self.forget_spent();
        }
        Outcome::Explained
    }

    /// Takes in what is invoked up to the moment of this answer.
    fn call_until(&mut self, at: u32) {
        let now = self.key.steps[at as usize].returned;
        while let Some(&step) = self.key.calls.get(self.called)
            && self.key.steps[step as usize].invoked <= now
        {
            self.called += 1;
            let Step { mut effect, before, followed, .. } = self.key.steps[step as usize];
            if let Effect::Create(Held::Value(value)) = effect
                && self.key.last_read(value).is_none_or(|last| last < at)
            {
                effect = Effect::Create(Held::Unread);
            }
            let pending = Pending { step, effect, before, followed };
            if step < self.key.answered {
                let place = self.pending.partition_point(|other| other.step < step);
                self.pending.insert(place, pending);
                self.ways.iter_mut().for_each(|way| way.see(&pending, at));
            } else {
                let place = self.unanswered.partition_point(|other| (other.effect, other.step) < (effect, step));
                self.unanswered.insert(place, pending);
            }
        }
    }

    /// All ways to let the step take effect that is answered now. None if that takes more visits than are left.
    #[inline]
    fn answer(&mut self, at: u32) -> Option<Vec<Way>> {
        *self.visits_left = self.visits_left.checked_sub(self.ways.len() as u64)?;
        if self.ways.iter().all(|way| way.took(at)) {
            return Some(self.ways.iter().map(|way| way.clone().without(at)).collect());
        }
        let (mut arrived, mut seen, mut queue) = (BTreeSet::new(), BTreeSet::new(), VecDeque::new());
        for way in &self.ways {
            if way.took(at) {
                add(&mut arrived, way.clone().without(at));
            } else if add(&mut seen, way.clone()) {
                queue.push_back(way.clone());
            }
        }
        let mut visits_here = VISITS_PER_WAY.saturating_mul(self.width as u64);
        // Breadth first: if ways are left aside, then the longest.
        while let Some(way) = queue.pop_front() {
            if arrived.len() >= self.width || visits_here == 0 {
                self.complete = false;
                break;
            }
            for pending in self.next_steps(&way, at) {
                *self.visits_left = self.visits_left.checked_sub(1)?;
                visits_here = visits_here.saturating_sub(1);
                let next = self.take(&way, &pending, at);
                if next.took(at) {
                    add(&mut arrived, next.without(at));
                } else if add(&mut seen, next.clone()) {
                    queue.push_back(next);
                }
            }
        }
        let mut ways: Vec<Way> = arrived.into_iter().collect();
        ways.sort_by_key(|way| way.spent.len());
        Some(ways)
    }

    /// The pending steps that change the key and could take effect next.
    fn next_steps(&self, way: &Way, at: u32) -> Vec<Pending> {
        let mut steps: Vec<Pending> = Vec::new();
        let (mut wants_something, mut wanted) = (false, Vec::new());
        for pending in self.pending.iter().filter(|pending| !way.took(pending.step)) {
            match pending.effect {
                Effect::SeeSomething | Effect::Remove => wants_something = true,
                Effect::See(held) => wanted.push(held),
                Effect::Create(_) | Effect::Impossible => {}
            }
            let fits = pending.effect.changes() && pending.effect.after(way.held).is_some();
            // A later answer can wait, unless another operation waits for this one.
            let can_wait = !pending.followed && steps.iter().any(|earlier| earlier.effect == pending.effect);
            if fits && !can_wait && way.may_take(pending, at) {
                steps.push(*pending);
            }
        }
        let answered = steps.len();
        let removes = self.unanswered.partition_point(|pending| pending.effect < Effect::Remove);
        let fitting = if way.held == Held::Nothing { ..removes } else { ..self.unanswered.len() };
        let fitting = &self.unanswered[fitting][if way.held == Held::Nothing { 0 } else { removes }..];
        for pending in fitting {
            let same = |step: &Pending| step.effect == pending.effect;
            if steps[answered..].last().is_some_and(same) || steps[..answered].iter().any(same) {
                continue;
            }
            // What nobody sees before it is removed by another step without an answer, need not happen.
            let useful = match pending.effect {
                Effect::Create(value) => wants_something || wanted.contains(&value),
                _ => true,
            };
            if useful && way.spent.binary_search(&pending.step).is_err() && way.may_take(pending, at) {
                steps.push(*pending);
            }
        }
        // The first ways are the last to be left aside: they begin with the value that will be read.
        if let Some(likely) = self.next_read(at) {
            let place = steps[answered..].iter().position(|step| step.effect == Effect::Create(likely));
            steps[answered..][..place.map_or(0, |place| place + 1)].rotate_right(usize::from(place.is_some()));
        }
        steps
    }

    /// The value that is read from this answer on, before something else changes the key.
    fn next_read(&self, at: u32) -> Option<Held> {
        let is_telling = |effect: &Effect| !matches!(effect, Effect::SeeSomething | Effect::Impossible);
        let answers = &self.key.steps[at as usize..self.key.answered as usize];
        match answers.iter().map(|step| step.effect).find(is_telling)? {
            Effect::See(value @ Held::Value(_)) => Some(value),
            _ => None,
        }
    }

    /// The way after this step has taken effect, and all that only wanted to see what the key holds now.
    fn take(&self, way: &Way, pending: &Pending, at: u32) -> Way {
        let held = pending.effect.after(way.held).expect("what takes effect fits");
        let (mut taken, mut spent) = (way.taken.clone(), way.spent.clone());
        let is_answered = pending.step < self.key.answered;
        let is_new = sorted::insert(if is_answered { &mut taken } else { &mut spent }, pending.step);
        assert!(is_new, "a step takes effect once");
        let maker = is_answered.then_some(pending.step);
        let mut next = Way { held, taken, spent, maker, shown: maker };
        self.pending.iter().for_each(|pending| next.see(pending, at));
        next
    }

    /// After the last get that returned some value, this value is like all others that are not read.
    fn forget_value(&mut self, at: u32) {
        let Effect::See(read @ Held::Value(value)) = self.key.steps[at as usize].effect else { return };
        if self.key.last_read(value) != Some(at) {
            return;
        }
        for pending in &mut self.pending {
            pending.effect = pending.effect.renamed(read, Held::Unread);
        }
        for way in self.ways.iter_mut().filter(|way| way.held == read) {
            way.held = Held::Unread;
        }
        if self.unanswered.iter().any(|pending| pending.effect == Effect::Create(read)) {
            for pending in &mut self.unanswered {
                pending.effect = pending.effect.renamed(read, Held::Unread);
            }
            self.unanswered.sort_by_key(|pending| (pending.effect, pending.step));
            self.even_out(at);
        }
        if self.ways.len() > 1 {
            let mut ways = BTreeSet::new();
            for way in self.ways.drain(..) {
                add(&mut ways, way);
            }
            self.ways = ways.into_iter().collect();
        }
    }

    /// Of unanswered steps that do the same, only the number matters: every way is told to have spent the first ones.
    fn even_out(&mut self, at: u32) {
        let is_alike = |pending: &&Pending| {
            pending.effect == Effect::Create(Held::Unread) && pending.before.is_none_or(|before| before <= at)
        };
        let alike: Vec<u32> = self.unanswered.iter().filter(is_alike).map(|pending| pending.step).collect();
        for way in &mut self.ways {
            let before = way.spent.len();
            remove_all(&mut way.spent, &alike);
            let count = before - way.spent.len();
            way.spent.extend(&alike[..count]);
            way.spent.sort_unstable();
        }
    }

    /// What all ways have spent is settled.
    fn forget_spent(&mut self) {
        let (first, others) = self.ways.split_first().expect("there is a way");
        let mut settled = first.spent.clone();
        settled.retain(|step| others.iter().all(|way| way.spent.binary_search(step).is_ok()));
        if settled.is_empty() {
            return;
        }
        self.unanswered.retain(|pending| settled.binary_search(&pending.step).is_err());
        self.ways.iter_mut().for_each(|way| remove_all(&mut way.spent, &settled));
    }

    /// What tells last what the key held before this step, where possible what was answered before its invocation.
    fn against(&self, at: u32) -> Option<u32> {
        let invoked = self.key.steps[at as usize].invoked;
        let is_before = |step: &u32| self.key.steps[*step as usize].returned < invoked;
        let facts = |way: &Way| way.maker.filter(is_before).or(way.shown.filter(is_before));
        let clear = self.ways.iter().filter_map(facts).max();
        clear.or_else(|| self.ways.iter().filter_map(|way| way.maker.or(way.shown)).max())
    }
}
