//! The messages of some steps, each with its sending and its end.

use crate::journal::Deed;
use crate::process::Envelope;
use crate::raft::Message;
use crate::simulation::Input;

/// A message that was sent, received or lost in some steps.
#[derive(Debug, Clone)]
pub struct Flight<'a> {
    /// The message.
    pub envelope: &'a Envelope<Message>,
    /// The step that sent it; none if that was earlier.
    pub sent: Option<u64>,
    /// The step that received or lost it; none if that is later.
    pub ended: Option<u64>,
    /// Whether that step lost it.
    pub is_lost: bool,
}

/// The messages of these deeds: those of earlier steps in the order of their ends, then the others in the order in which
/// they were sent.
pub fn flights<'a>(deeds: impl Iterator<Item = &'a Deed>) -> Vec<Flight<'a>> {
    let (mut earlier, mut flights): (Vec<Flight>, Vec<Flight>) = (Vec::new(), Vec::new());
    for deed in deeds {
        let step = Some(deed.step);
        match &deed.input {
            Input::Delivered(envelope) | Input::Dropped(envelope) => {
                let is_lost = matches!(deed.input, Input::Dropped(_));
                match flights.binary_search_by_key(&envelope.id, |flight| flight.envelope.id) {
                    Ok(place) => flights[place] = Flight { ended: step, is_lost, ..flights[place].clone() },
                    Err(_) => earlier.push(Flight { envelope, sent: None, ended: step, is_lost }),
                }
            }
            Input::Fired(..) | Input::Act(_) => {}
        }
        let sent = deed.sent.iter();
        flights.extend(sent.map(|envelope| Flight { envelope, sent: step, ended: None, is_lost: false }));
    }
    earlier.extend(flights);
    earlier
}
