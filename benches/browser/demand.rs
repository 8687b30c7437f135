//! A figure and what is demanded of it.

use std::fmt;

/// What was measured, and how much it may be.
pub(crate) struct Demand {
    pub(crate) what: String,
    pub(crate) measured: f64,
    pub(crate) unit: &'static str,
    /// The most that is accepted; nothing where the figure is only of interest.
    pub(crate) at_most: Option<f64>,
}

impl Demand {
    pub(crate) fn is_met(&self) -> bool {
        self.at_most.is_none_or(|most| self.measured <= most)
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.at_most {
            None => "",
            Some(_) if self.is_met() => "met",
            Some(_) => "MISSED",
        };
        write!(f, "{verdict:<6} {:>8.2} {:<3} {}", self.measured, self.unit, self.what)?;
        self.at_most.map_or(Ok(()), |most| write!(f, " (at most {most} {})", self.unit))
    }
}

/// The figures in order, for what is asked of many.
pub(crate) struct Sorted(Vec<f64>);

impl Sorted {
    pub(crate) fn new(mut figures: Vec<f64>) -> Self {
        assert!(!figures.is_empty(), "nothing was measured");
        figures.sort_by(f64::total_cmp);
        Sorted(figures)
    }

    /// The figure that so many percent of all do not exceed, 0 to 100.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)]
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }
}
