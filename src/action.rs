//! What can be done to a run in one step, and why it may not be done.

use std::fmt;
use std::rc::Rc;

use crate::kv::Command;
use crate::process::{MessageId, ProcessId};

/// Processes that reach each other.
pub type Group = Rc<[ProcessId]>;

/// What can be done to a run in one step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action<T> {
    /// Let the receiver have this message.
    Deliver(MessageId),
    /// Let this timer of this process fire.
    Fire(ProcessId, T),
    /// Lose this message.
    Drop(MessageId),
    /// Put this message on its way a second time.
    Duplicate(MessageId),
    /// Have this message take so many milliseconds longer.
    Delay(MessageId, u32),
    /// Stop a process, which forgets all that is not on its disk, and of that so many entries at the end of its log.
    Crash(ProcessId, u32),
    /// Have a process crash in the middle of its next step: it writes, but sends nothing.
    CrashMidway(ProcessId),
    /// Start a crashed process again.
    Restart(ProcessId),
    /// Have a process stand still: what comes for it waits.
    Pause(ProcessId),
    /// Have a paused process go on.
    Resume(ProcessId),
    /// Have processes reach each other only within a group. One may stand in several groups; one that stands in none keeps
    /// all its links. Takes the place of all cuts.
    Partition(Rc<[Group]>),
    /// Lose all messages from the first process to the second.
    Cut(ProcessId, ProcessId),
    /// Let messages from the first process to the second arrive again.
    HealLink(ProcessId, ProcessId),
    /// Mend all links.
    Heal,
    /// Have the timers of a process take this many percent of their time.
    Skew(ProcessId, u32),
    /// Have all timers of this kind fire when the first of them does.
    Align(T),
    /// Have the timers of this kind fire so many milliseconds apart: the first of them when it would, then the others in
    /// the order of their processes.
    Spread(T, u32),
    /// Have a client send a command.
    Request(ProcessId, Command),
}

/// Why an action cannot be performed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is no such message in flight.
    NotInFlight(MessageId),
    /// The message waits: its receiver is not ready for it, or an earlier one of the same pair comes first.
    Waits(MessageId, ProcessId),
    /// Messages of main start the run; they are not on the network.
    NotOnNetwork(MessageId),
    /// Messages take no time here and nobody waits for long, so nothing can come earlier or later.
    TimeStandsStill,
    /// The process has not set this timer.
    NoSuchTimer(ProcessId),
    /// Fewer than two processes have set this timer.
    TooFewTimers,
    /// The timer is not due: messages, or an earlier timer, come first.
    NotDue(ProcessId),
    /// There is no such process, or nothing can be done to it.
    NoSuchProcess(ProcessId),
    /// It has crashed already.
    HasCrashed(ProcessId),
    /// It runs.
    Runs(ProcessId),
    /// It is paused already.
    IsPaused(ProcessId),
    /// It is not paused.
    NotPaused(ProcessId),
    /// The link is cut already.
    IsCut(ProcessId, ProcessId),
    /// The link is not cut.
    NotCut(ProcessId, ProcessId),
    /// No link is cut.
    NothingToHeal,
    /// Only clients ask for something.
    NotAClient(ProcessId),
    /// It was to strike the leader, and nobody leads.
    NobodyLeads,
    /// The run has had all its steps.
    NoStepsLeft,
    /// Main has not started everybody yet, and would wait forever for one that does not answer.
    NotStarted,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotInFlight(message) => write!(f, "message {message} is not in flight"),
            Refusal::Waits(message, to) => {
                write!(f, "message {message} waits: {to} is not ready for it, or an earlier one comes first")
            }
            Refusal::NotOnNetwork(message) => {
                write!(f, "message {message} starts the run, and does not travel on the network")
            }
            Refusal::TimeStandsStill => f.write_str("there is no time to change in the failure-free run"),
            Refusal::NoSuchTimer(process) => write!(f, "{process} does not wait for this timer"),
            Refusal::TooFewTimers => f.write_str("fewer than two processes wait for this timer"),
            Refusal::NotDue(process) => write!(f, "the timer of {process} is not due: something else comes first"),
            Refusal::NoSuchProcess(process) => write!(f, "nothing can be done to {process}"),
            Refusal::HasCrashed(process) => write!(f, "{process} has crashed"),
            Refusal::Runs(process) => write!(f, "{process} has not crashed"),
            Refusal::IsPaused(process) => write!(f, "{process} is paused"),
            Refusal::NotPaused(process) => write!(f, "{process} is not paused"),
            Refusal::IsCut(from, to) => write!(f, "the link from {from} to {to} is cut already"),
            Refusal::NotCut(from, to) => write!(f, "the link from {from} to {to} is not cut"),
            Refusal::NothingToHeal => f.write_str("no link is cut"),
            Refusal::NotAClient(process) => write!(f, "{process} is not a client"),
            Refusal::NobodyLeads => f.write_str("nobody leads"),
            Refusal::NoStepsLeft => f.write_str("the run has had all its steps"),
            Refusal::NotStarted => f.write_str("main is still starting nodes and clients: wait until it is through"),
        }
    }
}

impl std::error::Error for Refusal {}
