//! The views: what `go tool pprof` prints for a profile, byte for byte.
//!
//! [`show`] takes a [`View`], a profile and [`Options`] to a writer. No view opens a file, or reads anything of the
//! environment but the local time zone.

mod comments;
mod error;
mod flatten;
mod graph;
mod header;
#[cfg(feature = "cli")]
mod json;
mod nodes;
mod paths;
mod raw;
mod report;
mod style;
mod tabs;
mod tags;
mod time;
mod top;
mod traces;
mod tree;

use std::borrow::Cow;
use std::io;

use super::filter::Filters;
use super::model::Profile;
pub use error::Error;
use report::{Basis, Report};

/// A view that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// A row a node, by flat or cum.
    Top,
    /// Every sample with its stack.
    Traces,
    /// Everything that is in the profile.
    Raw,
    /// Every node with its callers and callees.
    Tree,
    /// The same, of the nodes whose printed name matches, and nothing trimmed.
    Peek(String),
    /// The values of each label.
    Tags,
    /// The profile's comments, a line each.
    Comments,
    /// The profile itself, gzipped protobuf.
    Proto,
    /// The rows of `Top` as JSON.
    #[cfg(feature = "cli")]
    TopJson,
    /// The samples of `Traces` as JSON.
    #[cfg(feature = "cli")]
    TracesJson,
}

/// What `pprof -top` prints.
///
/// The profile must be valid ([`Profile::check_valid`]).
///
/// # Errors
/// Options that the profile has no answer for, and those of `out`.
pub fn top(profile: &Profile, options: &Options, out: &mut dyn io::Write) -> Result<(), Error> {
    show(
        &View::Top,
        Cow::Borrowed(profile),
        options,
        out,
        &mut |_| {},
    )
}

/// What `pprof -traces` prints: samples in file order, each value in the unit that suits it.
///
/// The profile must be valid ([`Profile::check_valid`]).
///
/// # Errors
/// Options that the profile has no answer for, and those of `out`.
pub fn traces(profile: &Profile, options: &Options, out: &mut dyn io::Write) -> Result<(), Error> {
    show(
        &View::Traces,
        Cow::Borrowed(profile),
        options,
        out,
        &mut |_| {},
    )
}

/// What pprof prints for a view. `note` gets what it would say on stderr, a line each, before anything is written.
///
/// The profile must be valid ([`Profile::check_valid`]). It is copied only if it is borrowed and the filters change it.
///
/// # Errors
/// Options that the profile has no answer for, expressions that cannot be read, and the errors of `out`.
pub fn show(
    view: &View,
    profile: Cow<'_, Profile>,
    options: &Options,
    out: &mut dyn io::Write,
    note: &mut dyn FnMut(String),
) -> Result<(), Error> {
    let (profile, basis) = prepare(profile, options, note)?;
    match view {
        View::Raw => return raw::write(&flatten::flattened(profile, options), out),
        View::Proto => {
            let flattened = flatten::flattened(profile, options);
            let divided = flatten::divided(flattened, options.divide_by);
            return Ok(out.write_all(&divided.encode())?);
        }
        _ => {}
    }
    let report = Report::new(&profile, options, basis);
    match view {
        View::Top => top::write(report, out),
        View::Traces => traces::write(&report, out),
        View::Tree => tree::write(report, None, out),
        View::Peek(expression) => tree::write(report, Some(expression), out),
        View::Tags => tags::write(&report, out),
        View::Comments => comments::write(&profile, out),
        #[cfg(feature = "cli")]
        View::TopJson => json::top(&report, out),
        #[cfg(feature = "cli")]
        View::TracesJson => json::traces(&report, out),
        View::Raw | View::Proto => unreachable!("written above"),
    }
}

/// Applies the filters, and computes before or after that what percentages are of.
fn prepare<'p>(
    mut profile: Cow<'p, Profile>,
    options: &Options,
    note: &mut dyn FnMut(String),
) -> Result<(Cow<'p, Profile>, Basis), Error> {
    let filters = &options.filters;
    let units = super::label_units::LabelUnits::new(&profile, note);
    if filters.is_empty() {
        let basis = Basis::new(&profile, options, units)?;
        return Ok((profile, basis));
    }
    filters.add_pseudo_frames(profile.to_mut(), &options.unit, note);
    if filters.relative_percentages {
        let applied = filters.apply(profile.to_mut(), &units, note);
        applied.map_err(Error::Expression)?;
        let basis = Basis::new(&profile, options, units)?;
        return Ok((profile, basis));
    }
    let basis = Basis::new(&profile, options, units)?;
    let applied = filters.apply(profile.to_mut(), &basis.label_units, note);
    applied.map_err(Error::Expression)?;
    Ok((profile, basis))
}

/// What makes two frames the same row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// The function's name.
    #[default]
    Functions,
    /// Its name and file.
    FileFunctions,
    /// The file.
    Files,
    /// Name, file and line.
    Lines,
    /// Everything, the address too.
    Addresses,
}

/// How a profile is shown: pprof's flags, with its defaults.
#[derive(Clone, Debug)]
pub struct Options {
    /// A sample type's name or index; the profile's default, or else its last, if empty.
    pub sample_index: String,
    /// Rows.
    pub granularity: Granularity,
    /// Leave inlined functions out: their samples count for the function that they were inlined into.
    pub no_inlines: bool,
    /// Show columns with lines.
    pub show_columns: bool,
    /// Sort by cum and not by flat.
    pub cum: bool,
    /// At most so many rows; 0 for all, `None` for the view's own default.
    pub node_count: Option<usize>,
    /// Rows below this fraction of the total are dropped.
    pub node_fraction: f64,
    /// Edges below this fraction of the total are dropped.
    pub edge_fraction: f64,
    /// Drop what the three options above say.
    pub trim: bool,
    /// The unit of values; `minimum` lets the values decide.
    pub unit: String,
    /// Show the mean: values divided by the first value of the sample.
    pub mean: bool,
    /// Divide all values by this.
    pub divide_by: f64,
    /// Leave the first lines of the header out.
    pub compact_labels: bool,
    /// Drop rows with negative values.
    pub drop_negative: bool,
    /// What of the profile is looked at.
    pub filters: Filters,
    /// Colour for `-top`, for a terminal.
    pub colour: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            sample_index: String::new(),
            granularity: Granularity::default(),
            no_inlines: false,
            show_columns: false,
            cum: false,
            node_count: None,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            trim: true,
            unit: "minimum".to_owned(),
            mean: false,
            divide_by: 1.0,
            compact_labels: false,
            drop_negative: false,
            filters: Filters::default(),
            colour: false,
        }
    }
}
