//! What the sentences say is so: each claim that can be looked up is looked up, in the run as it was before the step and as it
//! is now, and, where a sentence promises something, in all that comes later.

use std::collections::BTreeMap;

use raft_kv::emulation::Emulation;
use raft_kv::process::{Envelope, ProcessId};
use raft_kv::raft::message::NodeId;
use raft_kv::raft::rules::Rules;
use raft_kv::raft::{Event, Message, Node};
use raft_kv::simulation::Input;
use raft_kv::trace::Happening;
use raft_kv::why::Reason;

/// What was seen of a run so far, to hold later sentences against, and later steps against sentences.
#[derive(Default)]
pub(crate) struct Truths {
    /// For a node and a term, whom it has voted for.
    votes: BTreeMap<(NodeId, u32), NodeId>,
    /// Of which term it was said that nobody else can win it, and who won it.
    won: BTreeMap<u32, NodeId>,
    /// At which index every leader of a later term was promised to have an entry of which term, and in which term.
    promised: BTreeMap<u32, (u32, u32)>,
}

impl Truths {
    /// Looks at what is said of the current step. Panics with the sentence that is not true.
    pub(crate) fn look(&mut self, run: &Emulation, reasons: &[Reason]) {
        for (place, reason) in reasons.iter().enumerate() {
            let event = run.happened().get(place).map(|record| &record.event);
            let before = place.checked_sub(1).map(|place| &run.happened()[place].event);
            let is_true = self.holds(run, &reason.why.text, event, before);
            let step = run.now().step_count();
            assert!(is_true, "step {step}, {:?}: {:?} is not true", run.now().input(), reason.why.text);
        }
        let ProcessId::Node(id) = run.now().input().expect("a step").process() else { return };
        let node = run.node(id).persistent();
        if let Some(vote) = node.voted_for {
            self.votes.insert((id, node.current_term), vote);
        }
    }

    fn holds(
        &mut self,
        run: &Emulation,
        text: &str,
        event: Option<&Happening<Event>>,
        before: Option<&Happening<Event>>,
    ) -> bool {
        if let Some(Happening::Said(Event::Applied { .. })) = event {
            let is_repeated = matches!(before, Some(Happening::Said(Event::Recognised { .. })));
            return is_repeated == text.contains("what the store remembers");
        }
        match run.now().input().expect("a step") {
            Input::Delivered(Envelope { from, to: ProcessId::Node(id), message, .. }) => {
                self.of_node(run, text, event, *id) && is_received_so(run, text, *from, *id, message)
            }
            Input::Fired(ProcessId::Node(id), _) => self.of_node(run, text, event, *id),
            Input::Act(ProcessId::Node(_)) => !text.contains("in the middle of a step: what it wrote"),
            Input::Dropped(Envelope { to: ProcessId::Client(id), message, .. }) => {
                let client = run.before().expect("a step").client(*id);
                let Message::ClientResponse { request, .. } = message else { return true };
                let is_open = client.waiting_for().is_some() && client.sent() == *request;
                is_open != text.contains("has an answer to that request")
            }
            Input::Delivered(_) | Input::Fired(..) | Input::Act(_) | Input::Dropped(_) => true,
        }
    }

    fn of_node(&mut self, run: &Emulation, text: &str, event: Option<&Happening<Event>>, id: NodeId) -> bool {
        let (was, is) = (run.before().expect("a step").node(id), run.node(id));
        let term = is.current_term();
        if text.contains("did not keep its word") || text.starts_with("It keeps what") && was.current_term() > term {
            return false;
        }
        if text.contains("has not voted in term") {
            return was.current_term() != term || !self.votes.contains_key(&(id, term));
        }
        if text.contains("every leader of a later term has it") {
            let index = is.commit_index();
            self.promised.insert(index, (is.log().term_at(index).expect("an entry"), term));
        }
        let Some(Happening::Said(Event::BecameLeader { term })) = event else { return true };
        let keeps =
            |(&index, &(of_term, in_term)): (&u32, &(u32, u32))| in_term >= *term || is.log().matches(index, of_term);
        let nobody_else = text.contains("nobody else can win");
        let is_first = self.won.get(term).is_none_or(|&winner| winner == id);
        if nobody_else {
            self.won.insert(*term, id);
        }
        is_first && self.promised.iter().all(keeps)
    }
}

/// Whether what is said of a message between nodes is so.
fn is_received_so(run: &Emulation, text: &str, from: ProcessId, id: NodeId, message: &Message) -> bool {
    let (was, is, rules) = (run.before().expect("a step").node(id), run.node(id), run.config().raft.rules);
    let ProcessId::Node(sender) = from else { return true };
    if text.contains("So it goes on to that") {
        return is.current_term() > was.current_term();
    }
    if let Some((_, rest)) = text.split_once("says that it leads term ") {
        return message.term() == rest.split(',').next().and_then(|term| term.parse().ok());
    }
    if text.contains(" already. With one vote a term") {
        return rules.one_vote_per_term;
    }
    if let Some((_, rest)) = text.split_once("Its log is as the leader's was up to entry ") {
        let index = rest.trim_end_matches('.').parse().expect("an index");
        return rules == Rules::ALL && is_as_sent(run.node(sender), is, index);
    }
    true
}

/// Whether two logs have the same entry there, if they are of the same term still.
fn is_as_sent(leader: &Node, node: &Node, index: u32) -> bool {
    leader.current_term() != node.current_term() || leader.log().get(index) == node.log().get(index)
}

/// Whether what is said of the entry at this index is so.
pub(crate) fn is_entry_so(run: &Emulation, index: u32) -> Result<(), String> {
    let text = run.why_entry(index).text;
    let is_committed = run.state().safety().committed_entry(index).is_some();
    let (says, denies) = (text.contains("It is committed"), text.contains("ot committed"));
    if says == is_committed && !(says && denies) && !(denies && text.contains("is committed:")) {
        Ok(())
    } else {
        Err(text)
    }
}
