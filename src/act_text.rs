//! Acts as sentences, as people write them and as they are kept: `crash node 1`, `client 1 put x hello world`.
//!
//! [`read`] and [`write()`] stand beside each other, and undo each other.

use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::action::Group;
use crate::config::{
    Config, LATENCY_MS, LOST_ENTRIES, SEED, SKEW_PERCENT, TIMEOUT_MS, cut, digits, glue, is_disruptive, nearest,
    whole_number,
};
use crate::emulation::Action;
use crate::kv::{Command, Texts};
use crate::process::{MessageId, ProcessId};
use crate::raft::Timer;

/// How many characters a key or a value may have.
pub const MAX_TEXT: usize = 10_000;

/// The numbers of messages that JavaScript can hold exactly.
const MESSAGE: RangeInclusive<u64> = 1..=*SEED.end();

/// The first word of each act, and how the act is written.
const FORMS: [(&str, &str); 16] = [
    ("deliver", "`deliver MESSAGE`"),
    ("drop", "`drop MESSAGE`"),
    ("duplicate", "`duplicate MESSAGE`"),
    ("delay", "`delay MESSAGE MILLISECONDS`"),
    ("fire", "`fire PROCESS TIMER`"),
    ("align", "`align TIMER`"),
    ("spread", "`spread TIMER MILLISECONDS`"),
    ("crash", "`crash PROCESS`, `crash PROCESS lose ENTRIES` or `crash PROCESS midway`"),
    ("restart", "`restart PROCESS`"),
    ("pause", "`pause PROCESS`"),
    ("resume", "`resume PROCESS`"),
    ("skew", "`skew PROCESS PERCENT`"),
    ("partition", "`partition PROCESS, PROCESS | PROCESS`"),
    ("cut", "`cut PROCESS > PROCESS`"),
    ("heal", "`heal` or `heal PROCESS > PROCESS`"),
    ("client", "`client NUMBER put KEY VALUE`, `client NUMBER get KEY` or `client NUMBER delete KEY`"),
];

/// The timers, those last that only main has: it starts the failure-free run.
const TIMERS: [Timer; 7] =
    [Timer::Election, Timer::Heartbeat, Timer::Trust, Timer::Retry, Timer::Think, Timer::ElectionOver, Timer::RunOver];

/// The sentence that [`read`] reads as this action, if its numbers and texts are such as can be written.
pub fn write(action: &Action, texts: &Texts) -> String {
    let number = |verb: &str, number: u64| glue(&[verb, " ", &digits(number)]);
    let process = |verb: &str, process: ProcessId| glue(&[verb, " ", &process.to_string()]);
    let link =
        |verb: &str, from: ProcessId, to: ProcessId| glue(&[verb, " ", &from.to_string(), " > ", &to.to_string()]);
    let with = |sentence: String, rest: &str| glue(&[&sentence, " ", rest]);
    match *action {
        Action::Deliver(message) => number("deliver", message.0.get()),
        Action::Drop(message) => number("drop", message.0.get()),
        Action::Duplicate(message) => number("duplicate", message.0.get()),
        Action::Delay(message, by_ms) => with(number("delay", message.0.get()), &digits(by_ms.into())),
        Action::Fire(id, timer) => with(process("fire", id), timer.name()),
        Action::Align(timer) => glue(&["align ", timer.name()]),
        Action::Spread(timer, apart_ms) => glue(&["spread ", timer.name(), " ", &digits(apart_ms.into())]),
        Action::Crash(id, 0) => process("crash", id),
        Action::Crash(id, lost) => with(process("crash", id), &number("lose", lost.into())),
        Action::CrashMidway(id) => with(process("crash", id), "midway"),
        Action::Restart(id) => process("restart", id),
        Action::Pause(id) => process("pause", id),
        Action::Resume(id) => process("resume", id),
        Action::Skew(id, percent) => with(process("skew", id), &digits(percent.into())),
        Action::Partition(ref groups) => {
            let sides: Vec<String> = groups
                .iter()
                .map(|group| group.iter().map(ProcessId::to_string).collect::<Vec<_>>().join(", "))
                .collect();
            glue(&["partition ", &sides.join(" | ")])
        }
        Action::Cut(from, to) => link("cut", from, to),
        Action::HealLink(from, to) => link("heal", from, to),
        Action::Heal => "heal".to_owned(),
        Action::Request(id, command) => with(id.to_string(), &write_command(command, texts)),
    }
}

/// A command as it is written in a script: `put x hello`.
pub fn write_command(command: Command, texts: &Texts) -> String {
    match command {
        Command::Put { key, value } => glue(&["put ", texts.get(key), " ", texts.get(value)]),
        Command::Get { key } => glue(&["get ", texts.get(key)]),
        Command::Delete { key } => glue(&["delete ", texts.get(key)]),
    }
}

/// Reads a sentence. Whom it names must take part in a run of this configuration. The strings of a command come to
/// `texts`, none if there is an error.
///
/// # Errors
/// A sentence without a full stop that says what was found, and what is allowed.
pub fn read(sentence: &str, config: &Config, texts: &mut Texts) -> Result<Action, String> {
    if sentence.contains(is_disruptive) {
        return Err("an act is one line of text, without control characters".to_owned());
    }
    let mut words = Words { rest: sentence.trim_ascii(), config };
    let verb = words.next();
    let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == verb) else { return Err(unknown(verb)) };
    let action = words.act(verb, texts);
    action.map_err(|wrong| glue(&[&wrong, "; write it as ", form]))
}

#[cold]
fn unknown(verb: &str) -> String {
    let (found, dots) = cut(verb);
    let verbs = FORMS.map(|(verb, _)| verb);
    let near = nearest(verb, &verbs);
    let hint = near.map_or(String::new(), |near| glue(&["; did you mean `", near, "`?"]));
    glue(&["`", found, dots, "` is no act", &hint, "; an act begins with ", &verbs.join(", "), " and its number"])
}

/// What is left of a sentence.
struct Words<'a> {
    rest: &'a str,
    config: &'a Config,
}

impl<'a> Words<'a> {
    fn act(&mut self, verb: &str, texts: &mut Texts) -> Result<Action, String> {
        let action = match verb {
            "deliver" => Action::Deliver(self.message()?),
            "drop" => Action::Drop(self.message()?),
            "duplicate" => Action::Duplicate(self.message()?),
            "delay" => Action::Delay(self.message()?, self.number(&LATENCY_MS)? as u32),
            "fire" => Action::Fire(self.process()?, self.timer()?),
            "align" => Action::Align(self.timer()?),
            "spread" => Action::Spread(self.timer()?, self.number(&TIMEOUT_MS)? as u32),
            "crash" => self.crash()?,
            "restart" => Action::Restart(self.process()?),
            "pause" => Action::Pause(self.process()?),
            "resume" => Action::Resume(self.process()?),
            "skew" => Action::Skew(self.process()?, self.number(&SKEW_PERCENT)? as u32),
            "partition" => Action::Partition(self.groups()?),
            "heal" if self.rest.is_empty() => Action::Heal,
            "cut" | "heal" => {
                let (from, to) = self.link()?;
                if verb == "cut" { Action::Cut(from, to) } else { Action::HealLink(from, to) }
            }
            _ => self.request(texts)?,
        };
        self.end()?;
        Ok(action)
    }

    /// The next word; empty if there is none.
    #[inline(never)]
    fn next(&mut self) -> &'a str {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest.trim_ascii_start();
        word
    }

    #[inline(never)]
    fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() { Ok(()) } else { Err(wrong(self.rest, "more than belongs here")) }
    }

    #[inline(never)]
    fn number(&mut self, allowed: &RangeInclusive<u64>) -> Result<u64, String> {
        let word = self.next();
        let number = whole_number(word, 10).filter(|number| allowed.contains(number));
        number.ok_or_else(|| {
            let (least, most) = (digits(*allowed.start()), digits(*allowed.end()));
            wrong(word, &glue(&["no whole number from ", &least, " to ", &most]))
        })
    }

    fn message(&mut self) -> Result<MessageId, String> {
        let number = self.number(&MESSAGE)?;
        Ok(MessageId(number.try_into().expect("the range begins at 1")))
    }

    #[inline(never)]
    fn process(&mut self) -> Result<ProcessId, String> {
        let kind = self.next();
        let (most, process): (_, fn(u32) -> ProcessId) = match kind {
            "main" => return Ok(ProcessId::Main),
            "node" => (self.config.num_nodes, ProcessId::Node),
            "client" => (self.config.num_clients, ProcessId::Client),
            _ => return Err(wrong(kind, "no process: one is `node 1` or `client 1`")),
        };
        let number = self.next();
        match whole_number(number, 10) {
            Some(id) if (1..=u64::from(most)).contains(&id) => Ok(process(id as u32)),
            _ => {
                let there_are = glue(&["nobody: there are ", &digits(most.into()), " ", kind, "s, counted from 1"]);
                Err(wrong(&glue(&[kind, " ", number]), &there_are))
            }
        }
    }

    fn timer(&mut self) -> Result<Timer, String> {
        let name = self.next();
        let known = TIMERS.into_iter().find(|timer| timer.name() == name);
        known.ok_or_else(|| wrong(name, "no timer: one is election, heartbeat, trust, retry or think"))
    }

    fn crash(&mut self) -> Result<Action, String> {
        let process = self.process()?;
        match self.next() {
            "" => Ok(Action::Crash(process, 0)),
            "midway" => Ok(Action::CrashMidway(process)),
            "lose" => Ok(Action::Crash(process, self.number(&LOST_ENTRIES)? as u32)),
            detail => Err(wrong(detail, "more than belongs here")),
        }
    }

    /// The process that is all of this part of the sentence.
    #[inline(never)]
    fn only_process(&self, part: &str) -> Result<ProcessId, String> {
        let mut words = Words { rest: part.trim_ascii(), config: self.config };
        let process = words.process()?;
        words.end()?;
        Ok(process)
    }

    fn groups(&mut self) -> Result<Rc<[Group]>, String> {
        let mut groups: Vec<Group> = Vec::new();
        for group in self.rest.split('|') {
            let members: Result<Vec<ProcessId>, String> =
                group.split(',').map(|part| self.only_process(part)).collect();
            groups.push(members?.into());
        }
        self.rest = "";
        Ok(groups.into())
    }

    fn link(&mut self) -> Result<(ProcessId, ProcessId), String> {
        let (from, to) = self.rest.split_once('>').ok_or_else(|| wrong(self.rest, "no link"))?;
        self.rest = "";
        Ok((self.only_process(from)?, self.only_process(to)?))
    }

    /// A client's request; the word `client` is read.
    fn request(&mut self, texts: &mut Texts) -> Result<Action, String> {
        let number = self.next();
        let client = self.only_process(&glue(&["client ", number]))?;
        let (operation, key) = (self.next(), self.next());
        let is_long = |text: &str| text.chars().nth(MAX_TEXT).is_some();
        if is_long(key) || is_long(self.rest) {
            let most = digits(MAX_TEXT as u64);
            return Err(glue(&["a key or a value has ", &most, " characters at most"]));
        }
        let command = match (operation, key, self.rest) {
            ("put" | "get" | "delete", "", _) => return Err("its key is missing".to_owned()),
            ("put", _, "") => return Err("its value is missing".to_owned()),
            ("put", key, value) => Command::Put { key: texts.intern(key), value: texts.intern(value) },
            ("get", key, "") => Command::Get { key: texts.intern(key) },
            ("delete", key, "") => Command::Delete { key: texts.intern(key) },
            ("get" | "delete", _, surplus) => return Err(wrong(surplus, "more than belongs here")),
            _ => return Err(wrong(operation, "no request")),
        };
        self.rest = "";
        Ok(Action::Request(client, command))
    }
}

/// Why an act cannot be read: this was found, and it is not what must be there.
#[cold]
#[inline(never)]
fn wrong(found: &str, is: &str) -> String {
    match found {
        "" => "this is not complete".to_owned(),
        _ => {
            let (found, dots) = cut(found);
            glue(&["`", found, dots, "` is ", is])
        }
    }
}
