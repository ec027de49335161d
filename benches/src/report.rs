//! What a run found, also as a file.

use std::fs;
use std::thread::available_parallelism;

use serde::{Deserialize, Serialize};

use crate::lock::Lock;
use crate::measure::{median, Better, Row, Samples};
use crate::peers::{Intrusive, Ours};

/// Our lock, with each of its engines.
pub const OURS: [&str; 2] = [Ours::NAME, Intrusive::NAME];

#[derive(Serialize, Deserialize)]
pub struct Report {
    pub machine: String,
    pub rows: Vec<RowReport>,
}

#[derive(Serialize, Deserialize)]
pub struct RowReport {
    pub key: String,
    pub variant: String,
    pub title: String,
    pub unit: String,
    pub figures: Vec<String>,
    pub higher_is_better: bool,
    pub exact: bool,
    pub locks: Vec<LockReport>,
}

#[derive(Serialize, Deserialize)]
pub struct LockReport {
    pub name: String,
    /// For each figure, one sample a round.
    pub samples: Vec<Samples>,
}

impl RowReport {
    pub fn new(row: &Row, samples: Vec<Vec<Samples>>) -> RowReport {
        let lock = |(peer, samples): (&crate::measure::Peer, _)| LockReport {
            name: peer.name.to_string(),
            samples,
        };
        RowReport {
            key: row.key.to_string(),
            variant: row.variant.clone(),
            title: row.title.to_string(),
            unit: row.unit.to_string(),
            figures: row.figures.iter().map(|figure| figure.to_string()).collect(),
            higher_is_better: row.better == Better::Higher,
            exact: row.exact,
            locks: row.peers.iter().zip(samples).map(lock).collect(),
        }
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.key, self.variant).trim().to_string()
    }

    pub fn lock(&self, name: &str) -> Option<&LockReport> {
        self.locks.iter().find(|lock| lock.name == name)
    }

    /// How many times better our figure is than this lock's: the median of the rounds' ratios, in
    /// which a disturbance that lasts for a round cancels out.
    pub fn advantage(&self, ours: &str, other: &LockReport, figure: usize) -> Option<f64> {
        let ours = &self.lock(ours)?.samples[figure];
        let ratio = |(ours, theirs): (&f64, &f64)| match self.higher_is_better {
            true => ours / theirs,
            false => theirs / ours,
        };
        let ratios: Vec<f64> = ours.iter().zip(&other.samples[figure]).map(ratio).collect();
        Some(median(&ratios))
    }
}

impl Report {
    pub fn new(rows: Vec<RowReport>) -> Report {
        Report { machine: machine(), rows }
    }

    pub fn read(path: &str) -> Result<Report, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
    }

    pub fn write(&self, path: &str) -> Result<(), String> {
        let text = serde_json::to_string(self).map_err(|error| error.to_string())?;
        fs::write(path, text).map_err(|error| format!("{path}: {error}"))
    }
}

/// Cores and model of the processor, as far as the system tells.
fn machine() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(": ").nth(1)).unwrap_or("?").to_string()
    };
    let (family, model) = (field("cpu family"), field("model\t"));
    format!("{cores} cores, {} (family {family}, model {model})", field("model name"))
}
