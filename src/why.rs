//! Why what happened in the current step happened: the sentences of [`raft::why`](crate::raft::why) for what processes say,
//! and those of the engine for what befalls them.

use crate::action::Refusal;
use crate::emulation::{Emulation, Record};
use crate::process::{Envelope, ProcessId};
use crate::raft::log::Index;
use crate::raft::why::entry::Inquiry;
use crate::raft::why::{Cast, Scene, outage};
use crate::raft::{Event, Message, why};
use crate::run::Run;
use crate::simulation::{Input, Waiting};
use crate::trace::{Happening, Loss};

/// How many lines of a step are told of at most.
const MAX_REASONS: usize = 256;

/// Why something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The place of its line in the trace, and the line, if it has one.
    pub line: Option<(u64, String)>,
    /// One or more sentences, and where the paper says so.
    pub why: why::Reason,
}

impl Emulation {
    /// Why what happened in the current step happened: one reason for each of its lines, of the first 256 of them, or one
    /// for a step without a line. None before the first step.
    pub fn why(&mut self) -> Vec<Reason> {
        self.recall();
        let Some(teller) = Teller::new(self) else { return Vec::new() };
        let first = self.now().record_count() - self.happened().len() as u64;
        let mut is_repeated = false;
        let tell = |(place, record): (u64, &Record)| {
            let why = teller.happening(&record.event, is_repeated);
            is_repeated = matches!(record.event, Happening::Said(Event::Recognised { .. }));
            Reason { line: Some((place, record.line(self.texts()).to_string())), why }
        };
        if self.happened().is_empty() {
            return vec![Reason { line: None, why: teller.silent() }];
        }
        (first..).zip(self.happened()).take(MAX_REASONS).map(tell).collect()
    }

    /// Who has the entry at this index, and whether it is committed, or why not yet: the one in the leader's log, or, if
    /// nobody leads, in the most up-to-date one.
    pub fn why_entry(&self, index: Index) -> why::Reason {
        let run = self.state();
        let (leader, committed) = (run.leader(), run.safety().committed_entry(index));
        let rules = self.config().raft.rules;
        Inquiry { texts: self.texts(), rules, now: cast(run), leader, index, committed }.answer()
    }
}

fn cast(run: &Run) -> Cast<'_> {
    Cast { nodes: run.simulation().nodes(), clients: run.simulation().clients() }
}

/// One who tells of a step.
struct Teller<'a> {
    emulation: &'a Emulation,
    before: &'a Run,
    scene: Scene<'a>,
}

impl<'a> Teller<'a> {
    fn new(emulation: &'a Emulation) -> Option<Self> {
        let (before, input) = (emulation.before()?, emulation.now().input()?);
        let is_hurried = match input {
            Input::Fired(process, timer) => {
                let is_it = |waiting: &&Waiting<_>| waiting.process == *process && waiting.timer == *timer;
                let timer = before.simulation().timers().iter().find(is_it);
                timer.is_some_and(|waiting| waiting.due_ms > emulation.now().time_ms())
            }
            Input::Act(_) => true,
            Input::Delivered(_) | Input::Dropped(_) => false,
        };
        let scene = Scene {
            texts: emulation.texts(),
            options: emulation.config().raft,
            process: input.process(),
            message: message(input),
            is_hurried,
            is_repeated: false,
            before: cast(before),
            now: cast(emulation.state()),
        };
        Some(Teller { emulation, before, scene })
    }

    fn happening(&self, happening: &Happening<Event>, is_repeated: bool) -> why::Reason {
        match happening {
            Happening::Said(event) => Scene { is_repeated, ..self.scene }.why(event),
            Happening::Crashed => self.crashed(),
            Happening::Restarted => self.restarted(),
            Happening::Dropped { from, kind, why } => self.dropped(*from, kind, *why),
            Happening::Doomed => plain(
                "In its next step it is to write to its disk, and to crash before it sends anything: the moment at \
                 which most depends on the order of the two.",
            ),
            Happening::Paused => plain(
                "It stands still and does not know it, as in a long garbage collection: what comes for it waits, and \
                 its timers do not fire. To the others it looks as if it had crashed.",
            ),
            Happening::Resumed => {
                plain("It goes on as if nothing had been. What waited for it comes in a burst, and may be outdated.")
            }
            Happening::Duplicated { from, kind } => plain(&format!(
                "A network may deliver a message twice. What {from} sent ({kind}) will do no harm the second time, if \
                 the protocol is right.",
            )),
            Happening::Delayed { from, kind, by_ms } => plain(&format!(
                "A network may take any time. What {from} sent ({kind}) is to take {by_ms} ms longer, and others may overtake it.",
            )),
            Happening::Partitioned(_) => plain(&format!(
                "The network is split: from one group to another all messages are lost, those on their way included. \
                 A partition takes the place of all links that were cut before. Only where {} of the nodes is together can \
                 a leader be elected and anything be committed.",
                if self.scene.options.rules.majority_quorum { "a majority" } else { "half (here that is enough)" }
            )),
            Happening::Cut { to } => plain(&format!(
                "What it sends to {to} is lost from now on, what is on its way included; the other way messages still arrive.",
            )),
            Happening::LinkHealed { to } => plain(&format!("What it sends to {to} arrives again.")),
            Happening::Healed => plain(
                "All links work again. Whoever leads in the latest term can be heard by all; others follow once they hear of that.",
            ),
            Happening::Skewed { percent: 100 } => plain("From now on its clock goes right."),
            Happening::Skewed { percent } => plain(&format!(
                "Its clock goes wrong: what it takes for 100 ms takes {percent} ms. Raft's safety does not depend on clocks.",
            )),
            Happening::Aligned { count, .. } => of_elections(&format!(
                "All {count} timers end at the same moment. When several nodes stand at once, their votes may split, and \
                     nobody gets a majority: randomized timeouts make that rare. {}",
                self.if_heartbeats_come()
            )),
            Happening::Spread { apart_ms, .. } => of_elections(&format!(
                "The timers end {apart_ms} ms apart. The first one to stand then usually has its majority before the next \
                     one wakes. {}",
                self.if_heartbeats_come()
            )),
            Happening::Refused(refusal) => refused(refusal),
        }
    }

    /// What comes of election timers that were set by hand while a leader lives.
    fn if_heartbeats_come(&self) -> String {
        match self.emulation.state().leader() {
            Some(leader) => format!(
                "But node {} leads: each follower that hears its heartbeat first winds its timer up again, so nobody \
                 stands. Crash or pause it to see an election.",
                leader.id()
            ),
            None => "Nobody leads, so no heartbeat winds them up again.".to_owned(),
        }
    }

    fn crashed(&self) -> why::Reason {
        match self.scene.process {
            ProcessId::Node(id) => {
                let is_midway = !matches!(self.emulation.now().input(), Some(Input::Act(_)));
                let rules = self.scene.options.rules;
                outage::why_crashed(self.before.node(id), self.emulation.node(id), is_midway, rules)
            }
            ProcessId::Client(_) | ProcessId::Main => plain(
                "Its requests and their numbers are on its disk, so that after a restart it asks again for what was \
                 not answered.",
            ),
        }
    }

    fn restarted(&self) -> why::Reason {
        match self.scene.process {
            ProcessId::Node(id) => outage::why_restarted(self.emulation.node(id)),
            ProcessId::Client(_) | ProcessId::Main => plain(
                "It goes on with what is on its disk: it asks again, with the same number, for what was not answered.",
            ),
        }
    }

    fn dropped(&self, from: ProcessId, kind: &str, loss: Loss) -> why::Reason {
        let to = self.scene.process;
        plain(&match loss {
            Loss::Network => format!("By chance, the network lost the {kind} from {from}. {}", self.makes_up(to)),
            Loss::Cut => format!("The link from {from} to {to} is cut, so the {kind} is lost. {}", self.makes_up(to)),
            Loss::Crashed => {
                format!("When the {kind} from {from} arrived, {to} was not running. {}", self.makes_up(to))
            }
            Loss::Taken => {
                format!("The {kind} from {from} was taken out of the network on its way. {}", self.makes_up(to))
            }
        })
    }

    /// What becomes of a loss.
    fn makes_up(&self, to: ProcessId) -> &'static str {
        let simulation = self.before.simulation();
        let answers = match (self.emulation.now().input(), to) {
            (
                Some(Input::Dropped(Envelope { message: Message::ClientResponse { request, .. }, .. })),
                ProcessId::Client(id),
            ) => Some((*request, self.before.client(id))),
            _ => None,
        };
        match answers {
            Some((request, client)) if client.waiting_for().is_none() || request != client.sent() => {
                "The client has an answer to that request."
            }
            Some(_) if simulation.health(to).has_crashed => "When it starts again, it asks again.",
            _ if self.scene.options.timing.is_none() => "Without timeouts, nobody asks again by itself.",
            Some(_) => "The client asks again if it hears nothing else.",
            None => "Nobody is told: whoever needs an answer has to ask again.",
        }
    }

    /// Of a step in which nobody said anything.
    fn silent(&self) -> why::Reason {
        match self.emulation.now().input() {
            Some(Input::Delivered(Envelope { from, message, .. })) => self.scene.why_silent(*from, message),
            Some(Input::Fired(_, timer)) => self.scene.why_timer(*timer),
            Some(Input::Act(_) | Input::Dropped(_)) | None => self.scene.why_order(),
        }
    }
}

/// The message that was received, and who sent it.
fn message<T>(input: &Input<Message, T>) -> Option<(ProcessId, &Message)> {
    match input {
        Input::Delivered(envelope) => Some((envelope.from, &envelope.message)),
        Input::Dropped(_) | Input::Fired(..) | Input::Act(_) => None,
    }
}

#[cold]
fn refused(refusal: &Refusal) -> why::Reason {
    plain(&format!(
        "The configuration wanted a fault here that makes no sense now: {refusal}. The run goes on without it."
    ))
}

#[inline(never)]
fn of_elections(text: &str) -> why::Reason {
    why::Reason { section: Some("§5.2"), ..plain(text) }
}

fn plain(text: &str) -> why::Reason {
    why::Reason { text: text.to_owned(), section: None }
}
