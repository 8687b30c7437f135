//! The rules of Raft that are taken away, to see what they are for.

use std::ops::Range;

use super::keys::Entry;
use super::read::{Reader, cut, nearest};
use crate::raft::rules::Rules;

impl Reader<'_> {
    pub(super) fn rules(&mut self, &Entry { value, .. }: &Entry<'_>) {
        let must_be = "without_rules must be a list of names of rules";
        for (name, span) in self.strings(must_be, value).unwrap_or_default() {
            // Without timeouts nobody reads but through the log.
            if name == "confirm_before_reading" {
                self.needs_timers(span.clone(), &["`", name, "`"]);
            }
            if !self.config.raft.rules.take_away(name) {
                self.unknown_rule(name, span);
            }
        }
    }

    #[cold]
    fn unknown_rule(&mut self, name: &str, span: Range<usize>) {
        let rules: Vec<_> = Rules::names().collect();
        let (found, dots) = cut(name);
        let message = ["there is no rule `", found, dots, "`"];
        match nearest(name, &rules) {
            Some(near) => self.complain(span, &message, &["did you mean `", near, "`?"]),
            None => self.complain(span, &message, &["the rules are ", &rules.join(", ")]),
        }
    }

    /// What goes wrong without a rule is no surprise to whoever took it away, but to those who are shown the run.
    pub(super) fn settle_rules(&mut self) {
        let taken: Vec<_> = self.config.raft.rules.taken_away().collect();
        if taken.is_empty() {
            return;
        }
        let message = ["these rules are taken away: ", &taken.join(", "), "; what goes wrong is not Raft's fault"];
        self.warn("without_rules", "raft", &message, "leave without_rules out to have all rules in force");
        if let Some(why) = self.config.raft.idle_rule() {
            self.warn("without_rules", "raft", &[why], "");
        }
    }
}
