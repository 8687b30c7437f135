//! What a node does for clients, and the store that it applies its log to (§5.3, §8).

use super::{Entry, Index, Message, Node, Outbox, Role};
use crate::kv::{Command, Reply, Request};
use crate::process::ProcessId;
use crate::raft::message::{Event, Refused};
use crate::raft::role::{Read, Waiting};

/// Requests.
impl Node {
    pub(super) fn on_client_request(&mut self, from: ProcessId, number: u32, command: Command, out: &mut Outbox) {
        let ProcessId::Client(client) = from else { panic!("{from} is not a client") };
        let request = Request { client, number, command };
        if !matches!(self.role, Role::Leader(_)) {
            out.event(Event::RequestRefused);
            let result = Err(Refused::NotLeader { leader: self.leader });
            return out.send(from, Message::ClientResponse { request: number, result });
        }
        if self.options.read_index && self.calls.is_full_raft() && matches!(command, Command::Get { .. }) {
            return self.read(request, out);
        }
        // "If command received from client: append entry to local log" (Figure 2). Every command takes its place there,
        // those that the store will refuse included.
        let index = self.append(Some(request), out);
        let Role::Leader(leadership) = &mut self.role else { panic!("it leads") };
        leadership.waiting.push(Waiting { index, client: from, request: number });
        self.call_all(out);
    }

    /// Answers a read without an entry, once it is sure that no other leader has committed anything meanwhile: a majority
    /// must answer this leader after the read has come, and what was committed before must be applied, which a leader
    /// only knows when it has committed an entry of its own term (§8).
    fn read(&mut self, request: Request, out: &mut Outbox) {
        let (commit_index, last_index) = (self.commit_index, self.log().last_index());
        let Role::Leader(leadership) = &mut self.role else { panic!("only a leader answers reads") };
        if !self.options.rules.confirm_before_reading {
            return self.answer_read(request, out);
        }
        if leadership.first_index > last_index {
            // There is no entry of its own term yet, so the read becomes the first.
            leadership.waiting.push(Waiting {
                index: last_index + 1,
                client: ProcessId::Client(request.client),
                request: request.number,
            });
            self.append(Some(request), out);
            return self.call_all(out);
        }
        leadership.round += 1;
        let index = commit_index.max(leadership.first_index);
        leadership.reads.push(Read { request, round: leadership.round, index });
        self.call_all(out);
        self.answer_reads(out);
    }

    /// Answers the reads that can be answered by now.
    pub(super) fn answer_reads(&mut self, out: &mut Outbox) {
        let (quorum, last_applied) = (self.quorum(), self.last_applied);
        let Role::Leader(leadership) = &mut self.role else { return };
        if leadership.reads.is_empty() {
            return;
        }
        for read in leadership.take_reads(quorum, last_applied) {
            self.answer_read(read.request, out);
        }
    }

    fn answer_read(&self, Request { client, number, command }: Request, out: &mut Outbox) {
        let reply = self.store.read(command.key());
        out.event(Event::ReadAnswered { command, reply });
        out.send(ProcessId::Client(client), Message::ClientResponse { request: number, result: Ok(reply) });
    }
}

/// The store.
impl Node {
    /// "If commitIndex > lastApplied: increment lastApplied, apply `log[lastApplied]` to state machine" (§5.3). The same
    /// for all roles; a leader also answers who waits for the entry.
    pub(super) fn apply_committed(&mut self, out: &mut Outbox) {
        while self.last_applied < self.commit_index {
            self.last_applied += 1;
            let index = self.last_applied;
            let Entry { request, .. } = self.log().get(index).expect("a committed entry is in the log");
            let Some(request) = request else {
                out.event(Event::NoOpApplied { index });
                continue;
            };
            let command = request.command;
            let recognises = self.rules().recognise_repeated_requests;
            if recognises && self.store.is_repeated(request) {
                out.event(Event::Recognised { client: request.client, request: request.number });
            }
            let reply = if recognises { self.store.apply(request) } else { self.store.execute(command) };
            let waiting = self.take_waiting(index);
            out.event(Event::Applied { slot: waiting.is_none().then_some(index), command, reply });
            if let Some(Waiting { client, request, .. }) = waiting {
                out.send(client, Message::ClientResponse { request, result: Ok::<Reply, Refused>(reply) });
            }
        }
    }

    fn take_waiting(&mut self, index: Index) -> Option<Waiting> {
        match &mut self.role {
            Role::Leader(leadership) => leadership.take_waiting(index),
            Role::Follower | Role::PreCandidate { .. } | Role::Candidate { .. } => None,
        }
    }
}
