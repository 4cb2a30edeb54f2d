//! The profiles in `tests/pprof`, as they are made: small, and each with something that a view may get wrong.

use framecheck::pprof::proto::{
    Function, Label, Line, Location, Mapping, Profile, Sample, ValueType,
};
use prost::Message;

/// File names and contents.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("inlines.pb", inlines().finish()),
        ("labels.pb", labels(1).finish()),
        ("labels_later.pb", labels(3).finish()),
        ("heap.pb", heap().finish()),
        ("addresses.pb", addresses().finish()),
        ("gperftools.cpu", gperftools()),
        ("threads.txt", threads().into_bytes()),
    ]
}

/// A profile and its strings.
struct Maker {
    profile: Profile,
}

impl Maker {
    fn new(types: &[(&str, &str)], period: (&str, &str, i64)) -> Maker {
        let mut maker = Maker {
            profile: Profile::default(),
        };
        maker.text("");
        for (kind, unit) in types {
            let value_type = maker.value_type(kind, unit);
            maker.profile.sample_type.push(value_type);
        }
        maker.profile.period_type = Some(maker.value_type(period.0, period.1));
        maker.profile.period = period.2;
        maker
    }

    fn text(&mut self, text: &str) -> i64 {
        let table = &mut self.profile.string_table;
        let known = table.iter().position(|known| known == text.as_bytes());
        known.unwrap_or_else(|| {
            table.push(text.as_bytes().to_vec());
            table.len() - 1
        }) as i64
    }

    fn value_type(&mut self, kind: &str, unit: &str) -> ValueType {
        ValueType {
            r#type: self.text(kind),
            unit: self.text(unit),
        }
    }

    fn mapping(&mut self, start: u64, file: &str, build_id: &str) -> u64 {
        let id = self.profile.mapping.len() as u64 + 1;
        let (filename, build_id) = (self.text(file), self.text(build_id));
        self.profile.mapping.push(Mapping {
            id,
            memory_start: start,
            memory_limit: start + 0x10_0000,
            filename,
            build_id,
            has_functions: true,
            ..Mapping::default()
        });
        id
    }

    /// A location with lines `(function, file, line)`, innermost first.
    fn location(&mut self, mapping_id: u64, address: u64, lines: &[(&str, &str, i64)]) -> u64 {
        let line = lines
            .iter()
            .map(|&(name, file, line)| Line {
                function_id: self.function(name, file),
                line,
                column: line % 7,
            })
            .collect();
        let id = self.profile.location.len() as u64 + 1;
        self.profile.location.push(Location {
            id,
            mapping_id,
            address,
            line,
            is_folded: false,
        });
        id
    }

    fn function(&mut self, name: &str, file: &str) -> u64 {
        let (name, filename) = (self.text(name), self.text(file));
        let known = self
            .profile
            .function
            .iter()
            .find(|f| f.name == name && f.filename == filename);
        if let Some(known) = known {
            return known.id;
        }
        let id = self.profile.function.len() as u64 + 1;
        self.profile.function.push(Function {
            id,
            name,
            system_name: name,
            filename,
            start_line: 1,
        });
        id
    }

    fn sample(&mut self, stack: &[u64], values: &[i64]) -> &mut Sample {
        self.profile.sample.push(Sample {
            location_id: stack.to_vec(),
            value: values.to_vec(),
            label: Vec::new(),
        });
        self.profile.sample.last_mut().expect("just pushed")
    }

    fn finish(self) -> Vec<u8> {
        self.profile.encode_to_vec()
    }
}

/// Inlined and not, recursion, a small row for trimming, a time and a duration.
fn inlines() -> Maker {
    let mut maker = Maker::new(
        &[("samples", "count"), ("cpu", "nanoseconds")],
        ("cpu", "nanoseconds", 10_000_000),
    );
    let exe = maker.mapping(0x40_0000, "/srv/bin/server", "0123abcd");
    let main = maker.location(exe, 0x40_0010, &[("main", "src/main.c", 10)]);
    let serve = maker.location(
        exe,
        0x40_0020,
        &[("parse", "src/parse.h", 5), ("serve", "./src/serve.c", 20)],
    );
    let parse = maker.location(exe, 0x40_0030, &[("parse", "src/parse.h", 7)]);
    let copy = maker.location(
        exe,
        0x40_0040,
        &[("copy", "src/util.h", 3), ("parse", "src/parse.h", 8)],
    );
    let rare = maker.location(exe, 0x40_0050, &[("rare", "src/rare.c", 1)]);
    maker.sample(&[copy, serve, main], &[30, 300_000_000]);
    maker.sample(&[copy, parse, parse, main], &[12, 120_000_000]);
    maker.sample(&[parse, main], &[158, 1_580_000_000]);
    maker.sample(&[rare, main], &[0, 1_000_000]);
    maker.sample(&[], &[1, 10_000_000]);
    maker.profile.time_nanos = 1_600_000_000_000_000_000;
    maker.profile.duration_nanos = 2_500_000_000;
    let comment = maker.text("made for tests");
    maker.profile.comment.push(comment);
    maker
}

/// Texts and numbers as labels, a key with both, one with several values.
fn labels(factor: i64) -> Maker {
    let mut maker = Maker::new(
        &[("requests", "count"), ("latency", "microseconds")],
        ("", "", 0),
    );
    let exe = maker.mapping(0x1000, "worker", "");
    let get = maker.location(exe, 0x1010, &[("get", "http.c", 4)]);
    let put = maker.location(exe, 0x1020, &[("put", "http.c", 8)]);
    let read = maker.location(exe, 0x1030, &[("read", "disk.c", 2)]);
    let (user, size, tries) = (maker.text("user"), maker.text("size"), maker.text("tries"));
    let (ann, bob, bytes) = (maker.text("ann"), maker.text("bob"), maker.text("bytes"));
    let text = |key, str| Label {
        key,
        str,
        ..Label::default()
    };
    let number = |key, num, num_unit| Label {
        key,
        num,
        num_unit,
        ..Label::default()
    };
    maker.sample(&[read, get], &[4, 900 * factor]).label =
        vec![text(user, ann), number(size, 2048, bytes)];
    maker.sample(&[get], &[2, 100]).label =
        vec![text(user, bob), text(user, ann), number(size, 512, bytes)];
    maker.sample(&[read, put], &[1, 1_500 * factor]).label =
        vec![number(tries, 3, 0), text(size, bob)];
    maker.sample(&[put], &[5, -200]);
    maker
}

/// Four types of which the last is not the one that counts.
fn heap() -> Maker {
    let types = [
        ("alloc_objects", "count"),
        ("alloc_space", "bytes"),
        ("inuse_objects", "count"),
        ("inuse_space", "bytes"),
    ];
    let mut maker = Maker::new(&types, ("space", "bytes", 524_288));
    let exe = maker.mapping(0x40_0000, "/bin/heap", "");
    let main = maker.location(exe, 0x40_0100, &[("main", "main.cc", 3)]);
    let new = maker.location(
        exe,
        0x40_0200,
        &[("operator new(unsigned long)", "new.cc", 9)],
    );
    let grow = maker.location(exe, 0x40_0300, &[("std::vector<int>::grow", "vector", 77)]);
    maker.sample(&[new, grow, main], &[12, 3 << 20, 4, 1 << 20]);
    maker.sample(&[new, main], &[3, 700, 0, 0]);
    maker.profile.drop_frames = maker.text("operator new");
    maker.profile.default_sample_type = maker.text("alloc_space");
    maker
}

/// No names at all, several files, a unit that nobody knows.
fn addresses() -> Maker {
    let mut maker = Maker::new(&[("events", "furlongs")], ("events", "furlongs", 7));
    let exe = maker.mapping(0x40_0000, "/bin/app", "feed");
    let library = maker.mapping(0x7f00_0000_0000, "/lib/libx.so", "");
    let vdso = maker.mapping(0x7fff_0000_0000, "[vdso]", "");
    let main = maker.location(exe, 0x40_1000, &[]);
    let call = maker.location(library, 0x7f00_0000_1000, &[]);
    let clock = maker.location(vdso, 0x7fff_0000_0010, &[]);
    let nowhere = maker.location(0, 0x99, &[]);
    maker.sample(&[clock, call, main], &[7]);
    maker.sample(&[call, main], &[140]);
    maker.sample(&[nowhere], &[21]);
    maker
}

/// Words of eight bytes and a map: a signal handler's frame in all samples, a leaf that is there twice, a binary whose
/// map is in pieces.
fn gperftools() -> Vec<u8> {
    let header = [0u64, 3, 0, 10_000, 0];
    let (leaf, work, main, handler) = (0x40_1010u64, 0x40_1100, 0x40_1200, 0x7f00_0000_0100);
    let records: [&[u64]; 4] = [
        &[5, 4, leaf, handler, work, main],
        &[2, 3, work, handler, main],
        &[1, 5, leaf, handler, leaf, work, main],
        &[1, 3, 0x99, handler, main],
    ];
    let words = header
        .iter()
        .chain(records.into_iter().flatten())
        .chain(&[0, 1, 0]);
    let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
    bytes.extend_from_slice(
        b"7f0000000000-7f0000001000 r-xp 00000000 08:01 7 /lib/libprofiler.so.0\n\
          00400000-00401000 r-xp 00000000 08:01 9 /bin/app\n\
          00401000-00402000 r-xp 00001000 08:01 9 /bin/app\n\
          00402000-00403000 rw-p 00002000 08:01 9 /bin/app\n",
    );
    bytes
}

/// Go's counted stacks, a comment, and a map with a variable.
fn threads() -> String {
    "# made for tests\nthreadcreate profile: total 3\n2 @ 0x401011 0x401101\n#\t0x401010\tclone\n\n1 @ 0x401101\n\
     --- Memory map: ---\nbuild=/srv\n  400000-403000 r-xp 00000000 08:01 9 $build/app\n"
        .to_owned()
}
