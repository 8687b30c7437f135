//! Acts as sentences: done, asked about, and listed.

use super::{Action, Emulation};
use crate::act_text;
use crate::config::{digits, glue};
use crate::kv::Texts;
use crate::saved::{self, MAX_ACTS, MAX_BYTES};
use crate::simulation::Refusal;

impl Emulation {
    /// Does in the next step what a sentence says, see [`act_text`] and [`Emulation::perform`].
    ///
    /// # Errors
    /// A sentence without a full stop, if it cannot be read or done, or the run could not be saved any more; then nothing is
    /// changed.
    pub fn act(&mut self, sentence: &str) -> Result<(), String> {
        let known = self.texts.len();
        let done = act_text::read(sentence, &self.config, &mut self.texts).and_then(|action| {
            let no_room = self.no_room_for(&action, &self.texts);
            no_room.map_or_else(|| self.perform(&action).map_err(|refusal| refusal.to_string()), Err)
        });
        if done.is_err() {
            self.texts.truncate(known);
        }
        done
    }

    /// Why this cannot be done in the next step; none if it can. Changes nothing.
    pub fn refusal(&self, action: &Action) -> Option<Refusal> {
        self.now.refusal(action)
    }

    /// Why what a sentence says cannot be read, or done in the next step; none if it can. Changes nothing.
    pub fn why_not(&self, sentence: &str) -> Option<String> {
        // What a client asks for does not decide whether it can ask: the strings need not be the run's.
        let mut texts = Texts::default();
        match act_text::read(sentence, &self.config, &mut texts) {
            Ok(action) => {
                self.no_room_for(&action, &texts).or_else(|| self.refusal(&action).map(|refusal| refusal.to_string()))
            }
            Err(wrong) => Some(wrong),
        }
    }

    /// What a person did in this run, in order: the step that it made, and its sentence.
    pub fn acts(&self) -> impl Iterator<Item = (u64, String)> {
        self.acts.iter().map(|(step, action)| (*step, act_text::write(action, &self.texts)))
    }

    /// Why the run could not be saved with this act, whose strings are in `texts`; none if it could.
    fn no_room_for(&self, action: &Action, texts: &Texts) -> Option<String> {
        let step = self.now().step_count();
        let kept = self.acts.partition_point(|&(act_step, _)| act_step <= step);
        if kept >= MAX_ACTS {
            return Some(glue(&["a run can have ", &digits(MAX_ACTS as u64), " acts at most"]));
        }
        let length = self.lengths[kept] + saved::length_of_act(step + 1, &act_text::write(action, texts));
        (length > MAX_BYTES).then(|| {
            let megabytes = digits(MAX_BYTES as u64 >> 20);
            glue(&[
                "the run could not be saved with it: its acts and its configuration have ",
                &megabytes,
                " MB at most",
            ])
        })
    }

    /// Notes that this is done in this step, after which nothing is known.
    pub(super) fn note_act(&mut self, step: u64, action: &Action) {
        self.acts.retain(|&(act_step, _)| act_step < step);
        self.lengths.truncate(self.acts.len() + 1);
        let length = saved::length_of_act(step, &act_text::write(action, &self.texts));
        self.lengths.push(self.lengths[self.acts.len()] + length);
        self.acts.push((step, action.clone()));
    }
}
