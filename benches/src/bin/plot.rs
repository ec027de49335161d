//! Draws pictures of a run, a bar for each lock, a line from its lowest round to its highest; and
//! writes its medians as a table.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use any_rwlock_benches::lock::Lock;
use any_rwlock_benches::measure::median;
use any_rwlock_benches::peers::Sharded;
use any_rwlock_benches::report::{LockReport, Report, RowReport, OURS};
use any_rwlock_benches::table;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const USAGE: &str = "usage: plot REPORT.json FOLDER

Draws uncontended.svg, tiny.svg, held.svg and readers.svg, as far as REPORT.json has their rows, and writes
figures.md.";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

struct Picture {
    file: &'static str,
    title: &'static str,
    key: &'static [&'static str],
}

const PICTURES: [Picture; 4] = [
    Picture {
        file: "uncontended.svg",
        title: "Uncontended: taking the lock and giving it up",
        key: &["1", "2"],
    },
    Picture { file: "tiny.svg", title: "16 tasks on 2 threads, tiny sections", key: &["5"] },
    Picture { file: "held.svg", title: "16 tasks on 2 threads, held over a yield", key: &["6"] },
    Picture {
        file: "readers.svg",
        title: "Locks for many readers, on 2 threads",
        key: &["4", "15"],
    },
];

const PANEL: (u32, u32) = (352, 60);
const BAR: i32 = 22;
const NAMES: i32 = 140;
const VALUES: i32 = 44;

const INK: RGBColor = RGBColor(40, 40, 40);
const HIGHLIGHT: RGBColor = RGBColor(20, 110, 180);
const PEER: RGBColor = RGBColor(150, 160, 170);
/// No async lock: a lock that blocks, or no lock at all.
const REFERENCE: RGBColor = RGBColor(215, 220, 225);
const REFERENCES: [&str; 8] = [
    "std",
    "parking_lot",
    "crossbeam sharded",
    "arc-swap",
    "two fetch_add",
    "fetch_add, one line",
    "fetch_add, own lines",
    "no lock",
];

fn text(size: i32, horizontal: HPos) -> TextStyle<'static> {
    let style = TextStyle::from(("sans-serif", size).into_font()).color(&INK);
    style.pos(Pos::new(horizontal, VPos::Center))
}

fn color(name: &str) -> RGBColor {
    match name {
        name if OURS.contains(&name) || name == Sharded::NAME => HIGHLIGHT,
        name if REFERENCES.contains(&name) => REFERENCE,
        _ => PEER,
    }
}

/// The locks, the best first.
fn sorted(row: &RowReport) -> Vec<&LockReport> {
    let mut locks: Vec<_> = row.locks.iter().collect();
    locks.sort_by(|a, b| median(&a.samples[0]).total_cmp(&median(&b.samples[0])));
    if row.higher_is_better {
        locks.reverse();
    }
    locks
}

fn bar(area: &Area<'_>, place: usize, lock: &LockReport, per_pixel: f64) -> Drawn {
    let samples = &lock.samples[0];
    let top = PANEL.1 as i32 + place as i32 * BAR;
    let middle = top + BAR / 2 - 2;
    let x = |value: f64| NAMES + (value / per_pixel) as i32;
    let end = x(median(samples));
    let min = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let max = samples.iter().copied().fold(0.0, f64::max);
    let bar = [(NAMES, top), (end.max(NAMES + 1), top + BAR - 5)];
    area.draw(&Rectangle::new(bar, color(&lock.name).filled()))?;
    area.draw(&PathElement::new([(x(min), middle), (x(max), middle)], INK.stroke_width(1)))?;
    area.draw(&Text::new(lock.name.clone(), (NAMES - 6, middle), text(13, HPos::Right)))?;
    let value = median(samples);
    let value = if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    area.draw(&Text::new(value, (end.max(x(max)) + 5, middle), text(12, HPos::Left)))?;
    Ok(())
}

fn panel(area: &Area<'_>, row: &RowReport) -> Drawn {
    let direction = if row.higher_is_better { "more is better" } else { "less is better" };
    let mix = if ["5", "6", "15"].contains(&row.key.as_str()) { " reads/writes" } else { "" };
    let what = if row.variant.is_empty() { &row.title } else { &row.variant };
    area.draw(&Text::new(format!("{what}{mix}"), (8, 16), text(14, HPos::Left)))?;
    let unit = format!("{}, {direction}", row.unit);
    area.draw(&Text::new(unit, (8, 36), text(12, HPos::Left)))?;
    let longest = row.locks.iter().flat_map(|lock| &lock.samples[0]).copied().fold(0.0, f64::max);
    let per_pixel = longest / f64::from(PANEL.0 as i32 - NAMES - VALUES);
    for (place, lock) in sorted(row).into_iter().enumerate() {
        bar(area, place, lock, per_pixel)?;
    }
    Ok(())
}

fn draw(picture: &Picture, report: &Report, folder: &Path) -> Drawn {
    const TITLE: u32 = 36;
    let chosen = |row: &&RowReport| picture.key.contains(&row.key.as_str());
    let rows: Vec<&RowReport> = report.rows.iter().filter(chosen).collect();
    let Some(most) = rows.iter().map(|row| row.locks.len()).max() else { return Ok(()) };
    let size = (PANEL.0 * rows.len() as u32, TITLE + PANEL.1 + most as u32 * BAR as u32 + 30);
    let path = folder.join(picture.file);
    let root = SVGBackend::new(&path, size).into_drawing_area();
    root.fill(&WHITE)?;
    root.draw(&Text::new(picture.title, (8, 20), text(18, HPos::Left)))?;
    let (_, below) = root.split_vertically(TITLE);
    for (area, row) in below.split_evenly((1, rows.len())).iter().zip(&rows) {
        panel(area, row)?;
    }
    let note =
        format!("Medians; the lines go from the lowest round to the highest. {}", report.machine);
    root.draw(&Text::new(note, (8, size.1 as i32 - 14), text(11, HPos::Left)))?;
    root.present()?;
    println!("{}", path.display());
    Ok(())
}

fn run() -> Drawn {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [report, folder] = arguments.as_slice() else { return Err(USAGE.into()) };
    let report = Report::read(report)?;
    for picture in &PICTURES {
        draw(picture, &report, Path::new(folder))?;
    }
    let figures =
        format!("Medians of one run.\n\n{}\n{}\n", table::markdown(&report.rows), report.machine);
    fs::write(Path::new(folder).join("figures.md"), figures)?;
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
