//! The nodes of a graph: frames that count as one row under a granularity, and what a row is called.

use hashbrown::HashMap;

use super::super::model::{Line, Location, NONE, Profile};
use super::super::strings::{StrId, Strings};
use super::report::Report;
use super::{Granularity, Options, paths};

/// What makes two frames the same node. A text is a string of the profile, unless it says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct NodeInfo {
    pub(super) name: StrId,
    pub(super) address: u64,
    /// A string of [`Nodes`]: paths are cleaned.
    pub(super) file: StrId,
    pub(super) line: i64,
    pub(super) column: i64,
    /// The mapping's file, only where there is no name.
    pub(super) object: StrId,
    /// Only where there is a function without a name.
    pub(super) start_line: i64,
}

/// All nodes, and those of each location.
pub(super) struct Nodes<'p> {
    profile: &'p Profile,
    pub(super) infos: Vec<NodeInfo>,
    /// The nodes of location `l`, innermost first, are `ids[starts[l]..starts[l + 1]]`.
    ids: Vec<u32>,
    starts: Vec<u32>,
    files: Strings,
}

/// Which parts of a frame the granularity keeps.
struct Kept {
    functions: bool,
    files: bool,
    lines: bool,
    columns: bool,
    addresses: bool,
    inlines: bool,
}

impl Kept {
    fn new(options: &Options) -> Kept {
        use Granularity::{Addresses, FileFunctions, Files, Functions, Lines};
        let granularity = options.granularity;
        let inlines = !options.no_inlines;
        Kept {
            functions: granularity != Files,
            files: granularity != Functions,
            lines: !matches!(granularity, Functions | FileFunctions | Files),
            // With inlines, nothing at all is taken from an address; without them, columns are, unless asked for.
            columns: match granularity {
                Lines => options.show_columns,
                Addresses => options.show_columns || inlines,
                _ => false,
            },
            addresses: granularity == Addresses,
            inlines,
        }
    }
}

impl<'p> Nodes<'p> {
    /// `trim_paths`: prefixes that stand for the current folder are cut, as tables do and traces do not.
    pub(super) fn new(report: &Report<'p>, trim_paths: bool) -> Nodes<'p> {
        let profile = report.profile;
        let mut nodes = Nodes {
            profile,
            infos: Vec::new(),
            ids: Vec::new(),
            starts: Vec::new(),
            files: Strings::new(),
        };
        let kept = Kept::new(report.options);
        let mut known: HashMap<NodeInfo, u32> = HashMap::new();
        let mut cleaned: HashMap<StrId, StrId> = HashMap::new();
        nodes.starts.reserve_exact(profile.locations.len() + 1);
        nodes.starts.push(0);
        for location in &profile.locations {
            let mut add = |nodes: &mut Nodes<'p>, info: NodeInfo| {
                let id = *known.entry(info).or_insert_with(|| {
                    nodes.infos.push(info);
                    nodes.infos.len() as u32 - 1
                });
                nodes.ids.push(id);
            };
            let lines = &profile.lines[location.lines.range()];
            let lines = if kept.inlines {
                lines
            } else {
                &lines[lines.len().saturating_sub(1)..]
            };
            for line in lines {
                let mut info = info(profile, location, Some(line), &kept);
                if !info.file.is_empty() {
                    let files = &mut nodes.files;
                    info.file = *cleaned.entry(info.file).or_insert_with_key(|&file| {
                        let path = profile.bytes(file);
                        let path = if trim_paths {
                            paths::trimmed(path)
                        } else {
                            path
                        };
                        if path.is_empty() {
                            StrId::EMPTY
                        } else {
                            files.intern(&paths::clean(path))
                        }
                    });
                }
                add(&mut nodes, info);
            }
            if lines.is_empty() {
                let info = info(profile, location, None, &kept);
                add(&mut nodes, info);
            }
            nodes
                .starts
                .push(u32::try_from(nodes.ids.len()).expect("fewer than 2^32 lines"));
        }
        nodes
    }

    /// The nodes of a location, innermost first; at least one.
    #[inline]
    pub(super) fn of(&self, location: u32) -> &[u32] {
        let at = location as usize;
        &self.ids[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Whether some location has more than one node.
    pub(super) fn have_inlines(&self) -> bool {
        self.ids.len() + 1 > self.starts.len()
    }

    /// For each node, whether some location has it inlined.
    pub(super) fn inlined(&self) -> Vec<bool> {
        let mut inlined = vec![false; self.infos.len()];
        for location in 0..self.starts.len().saturating_sub(1) as u32 {
            if let [inner @ .., _] = self.of(location) {
                for &node in inner {
                    inlined[node as usize] = true;
                }
            }
        }
        inlined
    }

    /// What a row is called.
    pub(super) fn name(&self, node: u32) -> Vec<u8> {
        let info = &self.infos[node as usize];
        let mut parts: Vec<Vec<u8>> = Vec::new();
        if info.address != 0 {
            parts.push(format!("{:016x}", info.address).into_bytes());
        }
        if !info.name.is_empty() {
            parts.push(self.profile.bytes(info.name).to_vec());
        }
        let file = self.files.get(info.file);
        if info.line != 0 {
            let column = if info.column == 0 {
                String::new()
            } else {
                format!(":{}", info.column)
            };
            parts.push([file, format!(":{}{column}", info.line).as_bytes()].concat());
        } else if !file.is_empty() {
            parts.push(file.to_vec());
        } else if !info.name.is_empty() {
            // The name says it.
        } else if !info.object.is_empty() {
            parts.push([b"[", paths::base(self.profile.bytes(info.object)), b"]"].concat());
        } else {
            parts.push(b"<unknown>".to_vec());
        }
        parts.join(&b' ')
    }
}

/// The node of one line, its file not yet cleaned.
fn info(profile: &Profile, location: &Location, line: Option<&Line>, kept: &Kept) -> NodeInfo {
    let address = if kept.addresses { location.address } else { 0 };
    let object = profile
        .mapping(location.mapping)
        .map_or(StrId::EMPTY, |mapping| mapping.file);
    let Some(line) = line.filter(|line| line.function != NONE) else {
        return NodeInfo {
            address,
            object,
            ..NodeInfo::default()
        };
    };
    let function = &profile.functions[line.function as usize];
    let name = if kept.functions {
        function.name
    } else {
        StrId::EMPTY
    };
    let nameless = name.is_empty();
    NodeInfo {
        name,
        address,
        file: if kept.files {
            function.filename
        } else {
            StrId::EMPTY
        },
        line: if kept.lines { line.line } else { 0 },
        column: if kept.columns { line.column } else { 0 },
        object: if nameless { object } else { StrId::EMPTY },
        start_line: if nameless { function.start_line } else { 0 },
    }
}
