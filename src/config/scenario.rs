//! What a configuration says of itself: a scenario, and perhaps a question to think about before it runs.

use super::keys::Entry;
use super::read::{Reader, digits};
use super::{ANSWERS, Question};

const TOLD: [&str; 3] = ["title", "text", "look_for"];
const ASKED: [&str; 5] = ["ask", "answers", "right", "reveal_on", "explain"];

impl Reader<'_> {
    /// The question, which begins to be when the first of its keys is read.
    pub(super) fn question(&mut self) -> &mut Question {
        self.config.scenario.get_or_insert_default().question.get_or_insert_default()
    }

    /// Reads a list of answers.
    pub(super) fn answers(&mut self, entry: &Entry<'_>) {
        let must_be = "answers must be a list of two to six texts";
        let strings = self.strings(must_be, entry.value).unwrap_or_default();
        let is_said = strings.iter().all(|(answer, _)| !answer.trim_ascii().is_empty());
        if !is_said || !ANSWERS.contains(&(strings.len() as u64)) {
            let found = digits(strings.len() as u64);
            self.complain(entry.value.span(), &[must_be, ", none of them empty; found ", &found], &[]);
        }
        self.question().answers = strings.into_iter().map(|(answer, _)| answer.trim_ascii().to_owned()).collect();
    }

    /// What belongs together is there as a whole, and the right answer is one of the answers.
    pub(super) fn settle_scenario(&mut self) {
        let Some(span) = self.place("scenario") else { return };
        let asked = ASKED.iter().any(|key| self.place(key).is_some());
        for key in TOLD.iter().chain(ASKED.iter().filter(|_| asked)) {
            if self.place(key).is_none() {
                let needs = if TOLD.contains(key) { "a [scenario] needs its " } else { "a question needs its " };
                let like = match *key {
                    "answers" => " = [\"...\", \"...\"]",
                    "right" => " = 1, the number of the right answer",
                    _ => " = \"...\"",
                };
                self.complain(span.clone(), &[needs, key], &["write ", key, like]);
            }
        }
        let Some(place) = self.place("right").filter(|_| self.place("answers").is_some()) else { return };
        let &mut Question { ref answers, right, .. } = self.question();
        let count = digits(answers.len() as u64);
        if right as usize > answers.len() {
            self.complain(place, &["right is the number of an answer, and there are ", &count], &[]);
        }
    }
}
