//! The columns of a diagram: who has one, and where it stands.

use super::Options;
use crate::journal::Deed;
use crate::process::ProcessId;
use crate::simulation::Input;
use crate::sorted;

/// So many nodes and clients always have their columns, so that these stay where they are from step to step.
const ALWAYS: u32 = 12;
/// How many columns there are at most.
const MOST: usize = 16;
/// The room for the numbers of the steps.
pub(super) const GUTTER: u32 = 46;
/// The most room for words right of the last column.
const RIGHT: u32 = 84;
/// The least room for a column.
const NARROWEST: u32 = 31;

/// The columns.
#[derive(Debug)]
pub(super) struct Lanes {
    /// From left to right, with the place of the line.
    pub(super) lanes: Vec<(ProcessId, u32)>,
    /// How many take part in what is shown, and have no column.
    pub(super) left_out: u32,
    /// How wide the diagram is.
    pub(super) width: u32,
}

impl Lanes {
    /// For what these deeds did.
    pub(super) fn new<'a>(
        deeds: impl Iterator<Item = &'a Deed>,
        (num_nodes, num_clients): (u32, u32),
        options: &Options,
    ) -> Self {
        let (ordered, left_out) = columns(deeds, (num_nodes, num_clients), &options.hidden, MOST);
        let count = (ordered.len() as u32).max(1);
        let right = (options.width / 10).min(RIGHT);
        let room = options.width.saturating_sub(GUTTER + right) / count;
        let room = room.max(NARROWEST);
        let place = |place: u32| GUTTER + room * place + room / 2;
        Lanes {
            lanes: (0..).zip(ordered).map(|(number, process)| (process, place(number))).collect(),
            left_out,
            width: options.width.max(GUTTER + right + room * count),
        }
    }

    /// Where the line of a process stands, if it has one.
    pub(super) fn x(&self, process: ProcessId) -> Option<u32> {
        self.lanes.iter().find(|(other, _)| *other == process).map(|&(_, x)| x)
    }
}

/// Who has a column for what these deeds did, from left to right: so many at most, and those who do most; and how many
/// others take part.
pub(crate) fn columns<'a>(
    deeds: impl Iterator<Item = &'a Deed>,
    (num_nodes, num_clients): (u32, u32),
    hidden: &[ProcessId],
    most: usize,
) -> (Vec<ProcessId>, u32) {
    let mut shares: Vec<(ProcessId, u32)> = Vec::new();
    if num_nodes + num_clients <= ALWAYS {
        let everybody = (1..=num_nodes).map(ProcessId::Node).chain((1..=num_clients).map(ProcessId::Client));
        shares.extend(everybody.map(|process| (process, 0)));
    }
    deeds.flat_map(participants).for_each(|process| *sorted::entry(&mut shares, process) += 1);
    shares.retain(|(process, _)| !hidden.contains(process));
    let left_out = shares.len().saturating_sub(most);
    for _ in 0..left_out {
        // Of those with equal shares, the last one.
        let least = (0..shares.len()).rev().min_by_key(|&place| shares[place].1);
        shares.remove(least.expect("there are more than can be shown"));
    }
    (arrange(shares.into_iter().map(|(process, _)| process).collect()), left_out as u32)
}

/// Nodes stand in the middle, half of the clients and main left of them, the others right.
fn arrange(processes: Vec<ProcessId>) -> Vec<ProcessId> {
    let is_client = |process: &ProcessId| matches!(process, ProcessId::Client(_));
    let (clients, mut others): (Vec<_>, Vec<_>) = processes.into_iter().partition(is_client);
    let (left, right) = clients.split_at(clients.len().div_ceil(2));
    let after_main = usize::from(others.first() == Some(&ProcessId::Main));
    others.splice(after_main..after_main, left.iter().copied());
    others.extend(right);
    others
}

/// Who takes part in a step. What is done to the network is done to nobody.
fn participants(deed: &Deed) -> Vec<ProcessId> {
    let mut processes: Vec<ProcessId> = deed.sent.iter().flat_map(|envelope| [envelope.from, envelope.to]).collect();
    match &deed.input {
        Input::Delivered(envelope) | Input::Dropped(envelope) => processes.extend([envelope.from, envelope.to]),
        Input::Fired(process, _) => processes.push(*process),
        Input::Act(ProcessId::Main) => {}
        Input::Act(process) => processes.push(*process),
    }
    processes
}
