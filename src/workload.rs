//! What the clients ask for: a script, or commands drawn from the run's one generator.
//!
//! A drawn command is, in this order of drawing: an operation, uniform over get, put and delete; a key, uniform over
//! the keys of the config; and for a put a value, uniform over `val_0` to `val_99`.

use std::rc::Rc;

use crate::generator::Generator;
use crate::kv::{Command, Text, Texts};
use crate::process::ProcessId;

/// How many different values are drawn.
const VALUE_COUNT: u32 = 100;

/// One request of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scripted {
    /// How long the client waits before it asks, in milliseconds of virtual time.
    pub after_ms: u32,
    /// What it asks.
    pub command: Command,
}

/// Where the commands of all clients come from. Cloning it is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    keys: Rc<[Text]>,
    values: Rc<[Text]>,
    scripts: Rc<[Vec<Scripted>]>,
}

impl Workload {
    /// Client 1 follows the first script, client 2 the second, and so on. Clients without a script draw from the keys.
    ///
    /// # Panics
    /// If there are no keys.
    pub fn new(keys: &[String], scripts: &[Vec<Scripted>], texts: &mut Texts) -> Self {
        assert!(!keys.is_empty(), "there is at least one key to draw");
        Workload {
            keys: keys.iter().map(|key| texts.intern(key)).collect(),
            values: (0..VALUE_COUNT).map(|number| texts.intern(&format!("val_{number}"))).collect(),
            scripts: scripts.into(),
        }
    }

    /// The requests of a client that has a script.
    pub fn script(&self, client: u32) -> Option<&[Scripted]> {
        self.scripts.get(client as usize - 1).map(Vec::as_slice)
    }

    /// The command of this number, the first being 0, for this client. A drawn one is asked at once.
    ///
    /// # Panics
    /// If the process is not a client, or its script has ended.
    pub fn command(&self, process: ProcessId, number: u32, generator: &mut Generator) -> Scripted {
        let ProcessId::Client(client) = process else { panic!("{process} is not a client and has no requests") };
        if let Some(script) = self.script(client) {
            return script[number as usize];
        }
        let operation = generator.below(3);
        let key = draw(&self.keys, generator);
        let command = match operation {
            0 => Command::Get { key },
            1 => Command::Put { key, value: draw(&self.values, generator) },
            _ => Command::Delete { key },
        };
        Scripted { after_ms: 0, command }
    }
}

fn draw(texts: &[Text], generator: &mut Generator) -> Text {
    let count = u32::try_from(texts.len()).expect("a run has at most u32::MAX different strings");
    texts[generator.below(count) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_commands_cover_all_operations_keys_and_values_evenly() {
        let mut texts = Texts::default();
        let keys = ["a", "b", "c", "d", "e"].map(String::from);
        let workload = Workload::new(&keys, &[], &mut texts);
        let mut generator = Generator::new(1);
        let (mut puts, mut gets, mut deletes) = (0, 0, 0);
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..30_000 {
            let Scripted { after_ms, command } = workload.command(ProcessId::Client(2), number, &mut generator);
            assert_eq!(after_ms, 0, "nobody waits before a drawn command");
            seen.insert(texts.get(command.key()).to_owned());
            match command {
                Command::Put { value, .. } => {
                    seen.insert(texts.get(value).to_owned());
                    puts += 1;
                }
                Command::Get { .. } => gets += 1,
                Command::Delete { .. } => deletes += 1,
            }
        }
        for count in [puts, gets, deletes] {
            assert!(
                (9_600..10_400).contains(&count),
                "operations must be drawn evenly, one came {count} times of 30000"
            );
        }
        assert_eq!(seen.len(), 5 + 100);
        assert!(seen.contains("val_0") && seen.contains("val_99"));
    }
}
