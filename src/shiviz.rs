//! A run as a log with vector clocks, as [ShiViz](https://bestchai.bitbucket.io/shiviz/) reads it: it draws from the
//! clocks alone who could have known of what.
//!
//! Each step is an event of the process to which it happened, and its clock goes with every message that it sends, copies
//! included. What is lost is an event of a host of its own, `network`, as its receiver never knew of it; and so is what is
//! done to messages and links.

use crate::diagram::tell_step;
use crate::emulation::Emulation;
use crate::json;
use crate::process::{MessageId, ProcessId};
use crate::raft::Message;
use crate::simulation::Input;
use crate::sorted;
use crate::trace::Happening;

/// How the file begins: with what finds an event in it, and without what would part several runs.
pub const HEAD: &str = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})\n\n";

/// Where an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Host {
    Process(ProcessId),
    Network,
}

/// How many events of each host somebody knows of.
type Clock = Vec<(Host, u64)>;

/// The clocks after what was written so far.
#[derive(Debug, Default)]
pub struct Clocks {
    /// How many messages were made.
    made: u64,
    hosts: Vec<(Host, Clock)>,
    /// Of the messages in flight.
    messages: Vec<(MessageId, Clock)>,
}

impl Clocks {
    /// Of what follows on the current step: nobody knows of anything.
    pub fn begin(emulation: &Emulation) -> Self {
        Clocks { made: emulation.now().network().counts().made(), ..Clocks::default() }
    }

    /// Writes the event of the current step: two lines.
    pub fn write_step(&mut self, emulation: &Emulation, out: &mut String) {
        let Some(input) = emulation.now().input() else { return };
        let host = host(emulation, input);
        let mut clock = sorted::take(&mut self.hosts, host);
        if let Input::Delivered(envelope) | Input::Dropped(envelope) = input {
            for (other, count) in sorted::take(&mut self.messages, envelope.id) {
                let known = sorted::entry(&mut clock, other);
                *known = count.max(*known);
            }
        }
        *sorted::entry(&mut clock, host) += 1;
        for envelope in emulation.now().network().made_since(self.made) {
            let known = match envelope.copy_of {
                None => clock.clone(),
                // A copy says no more than the original, whoever made it.
                Some(original) => sorted::entry(&mut self.messages, original).clone(),
            };
            *sorted::entry(&mut self.messages, envelope.id) = known;
        }
        self.made = emulation.now().network().counts().made();
        push_event(out, &tell_step(input, emulation.happened(), emulation.texts()), host, &clock);
        *sorted::entry(&mut self.hosts, host) = clock;
    }
}

/// Where the event of the current step is.
fn host(emulation: &Emulation, input: &Input<Message, crate::raft::Timer>) -> Host {
    let is_of_network = match input {
        Input::Dropped(_) => true,
        Input::Act(_) => emulation.happened().first().is_some_and(|record| match record.event {
            Happening::Dropped { .. }
            | Happening::Duplicated { .. }
            | Happening::Delayed { .. }
            | Happening::Partitioned(_)
            | Happening::Cut { .. }
            | Happening::LinkHealed { .. }
            | Happening::Healed
            | Happening::Aligned { .. }
            | Happening::Spread { .. }
            | Happening::Refused(_) => true,
            Happening::Said(_)
            | Happening::Crashed
            | Happening::Doomed
            | Happening::Restarted
            | Happening::Paused
            | Happening::Resumed
            | Happening::Skewed { .. } => false,
        }),
        Input::Delivered(_) | Input::Fired(..) => false,
    };
    if is_of_network { Host::Network } else { Host::Process(input.process()) }
}

fn push_event(out: &mut String, told: &str, host: Host, clock: &Clock) {
    // An event is one line.
    let is_line_end = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    out.extend(told.chars().map(|letter| if is_line_end(letter) { ' ' } else { letter }));
    out.push('\n');
    out.push_str(&name(host));
    out.push_str(" {");
    for (place, &(host, count)) in clock.iter().enumerate() {
        out.push_str(if place > 0 { "," } else { "" });
        json::push_text(out, &name(host));
        out.push(':');
        out.push_str(&count.to_string());
    }
    out.push_str("}\n");
}

fn name(host: Host) -> String {
    match host {
        Host::Network => "network".to_owned(),
        Host::Process(ProcessId::Main) => "main".to_owned(),
        Host::Process(ProcessId::Node(id)) => format!("node{id}"),
        Host::Process(ProcessId::Client(id)) => format!("client{id}"),
    }
}
