//! Rows, rounds and samples.

use std::time::{Duration, Instant};

/// One round of one lock: the row's figures, in the row's order.
pub type Round = Box<dyn FnMut(Duration) -> Vec<f64>>;

pub struct Peer {
    pub name: &'static str,
    pub round: Round,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Better {
    Lower,
    Higher,
}

pub struct Row {
    /// What the command line calls it.
    pub key: &'static str,
    /// Which of the tables with this key it is, if there are several.
    pub variant: String,
    pub title: &'static str,
    pub unit: &'static str,
    pub figures: &'static [&'static str],
    pub better: Better,
    /// The same in every round.
    pub exact: bool,
    pub peers: Vec<Peer>,
}

impl Row {
    pub fn name(&self) -> String {
        format!("{} {}", self.key, self.variant).trim().to_string()
    }
}

/// Nanoseconds an operation.
pub fn nanoseconds(duration: Duration, mut operation: impl FnMut()) -> f64 {
    const BATCH: u32 = 1024;
    let start = Instant::now();
    let mut batches = 0_u32;
    loop {
        for _ in 0..BATCH {
            operation();
        }
        batches += 1;
        let elapsed = start.elapsed();
        if elapsed >= duration {
            return elapsed.as_nanos() as f64 / f64::from(batches) / f64::from(BATCH);
        }
    }
}

/// The samples of one lock and one figure, one a round.
pub type Samples = Vec<f64>;

/// For each peer, for each figure, its samples. Peers take turns round by round, and each round
/// begins with another one, so that what else the machine does hits all alike.
pub fn run(row: &mut Row, rounds: usize, duration: Duration) -> Vec<Vec<Samples>> {
    let rounds = if row.exact { 1 } else { rounds };
    let figures = row.figures.len();
    let mut samples = vec![vec![Samples::with_capacity(rounds); figures]; row.peers.len()];
    for round in 0..rounds {
        eprint!("\rrow {}: round {} of {rounds}   ", row.name(), round + 1);
        for turn in 0..row.peers.len() {
            let peer = (round + turn) % row.peers.len();
            let measured = (row.peers[peer].round)(duration);
            assert_eq!(measured.len(), figures);
            for (figure, value) in measured.into_iter().enumerate() {
                samples[peer][figure].push(value);
            }
        }
    }
    eprintln!();
    samples
}

pub fn median(samples: &[f64]) -> f64 {
    quantile(samples, 0.5)
}

pub fn quantile(samples: &[f64], quantile: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() - 1) as f64 * quantile;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
