//! Acts as sentences: done, asked about, and listed.

use super::{Action, Emulation};
use crate::act_text;
use crate::kv::Texts;
use crate::simulation::Refusal;

impl Emulation {
    /// Does in the next step what a sentence says, see [`act_text`] and [`Emulation::perform`].
    ///
    /// # Errors
    /// A sentence without a full stop, if it cannot be read or done; then nothing is changed.
    pub fn act(&mut self, sentence: &str) -> Result<(), String> {
        let known = self.texts.len();
        let done = act_text::read(sentence, &self.config, &mut self.texts)
            .and_then(|action| self.perform(&action).map_err(|refusal| refusal.to_string()));
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
        match act_text::read(sentence, &self.config, &mut Texts::default()) {
            Ok(action) => self.refusal(&action).map(|refusal| refusal.to_string()),
            Err(wrong) => Some(wrong),
        }
    }

    /// What a person did in this run, in order: the step that it made, and its sentence.
    pub fn acts(&self) -> impl Iterator<Item = (u64, String)> {
        self.acts.iter().map(|(step, action)| (*step, act_text::write(action, &self.texts)))
    }
}
