//! What was written in different places, compared. All but the faults has been read.

use super::keys::{UNTOLD, chaos};
use super::read::{Reader, digits};

impl Reader<'_> {
    pub(super) fn settle(&mut self) {
        self.settle_num_clients();
        self.settle_timers();
        self.settle_rules();
        self.settle_chaos();
        self.settle_scenario();
    }

    /// Scripts make as many clients as there are scripts, unless a number is given; that cannot be smaller.
    fn settle_num_clients(&mut self) {
        let (number, scripts) = (self.config.num_clients, self.config.scripts.len() as u32);
        match self.place("num_clients") {
            Some(span) if number < scripts => {
                let (number, scripts) = (digits(number.into()), digits(scripts.into()));
                let message = ["num_clients is ", &number, ", but there are ", &scripts, " [[client]] tables"];
                self.complain(span, &message, &["write num_clients = ", &scripts, ", or leave it out"]);
            }
            None if scripts > 0 => self.config.num_clients = scripts,
            _ => {}
        }
    }

    /// Timers that run out while all is well are allowed: to see what comes of it.
    fn settle_timers(&mut self) {
        let Some(timing) = self.config.raft.timing else { return };
        let shortest = timing.election_timeout_ms.0;
        if timing.heartbeat_ms > shortest {
            let (heartbeat, shortest) = (digits(timing.heartbeat_ms.into()), digits(shortest.into()));
            let message = [
                "heartbeat_ms is ",
                &heartbeat,
                ", but a follower may lose patience after ",
                &shortest,
                " ms: followers stand for election although the leader lives",
            ];
            let help = "make heartbeat_ms much less than the shortest election timeout";
            self.warn("heartbeat_ms", "election_timeout_ms", &message, help);
        }
        let round_trip = 2 * self.config.network.latency_ms.1;
        if timing.client_timeout_ms < round_trip {
            let (timeout, round_trip) = (digits(timing.client_timeout_ms.into()), digits(round_trip.into()));
            let message = [
                "client_timeout_ms is ",
                &timeout,
                ", but a request and its answer alone can take ",
                &round_trip,
                " ms: clients ask again although nothing was lost",
            ];
            let help = "make client_timeout_ms several times the longest latency";
            self.warn("client_timeout_ms", "latency_ms", &message, help);
        }
    }

    /// All is mended at half time unless told otherwise.
    fn settle_chaos(&mut self) {
        let end = self.config.duration_ms;
        if self.place("chaos").is_none() {
            return;
        }
        let until = &mut chaos(self).until_ms;
        match *until {
            UNTOLD => *until = end / 2,
            until if until > end => self.after_the_end("until_ms"),
            _ => {}
        }
    }

    /// Complains of a time that the run does not reach.
    pub(super) fn after_the_end(&mut self, key: &str) {
        if let Some(span) = self.place(key) {
            let end = digits(self.config.duration_ms);
            self.complain(
                span,
                &["this comes after the end of the run, which is at ", &end, " ms"],
                &["make ", key, " smaller, or duration_ms larger"],
            );
        }
    }
}
