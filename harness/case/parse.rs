//! From a file's text to a case, or to all that is wrong with it.

use super::assertion::{Claim, Kind};
use super::code;
use super::consistency;
use super::directive::{Directive, Key};
use super::error::{Errors, Problem};
use super::lint;
use super::lists::{self, List};
use super::model::Case;
use super::source::Source;
use super::spot::Spot;
use super::statements;
use super::values;

/// Reads the directives at the top of `text`. `file` is how errors call it; its ending says what the language is.
pub fn parse(file: &str, text: &str) -> Result<Case, Errors> {
    let source = Source::read(text);
    let mut reader = Reader::default();
    for &line in &source.directives {
        reader.read(line);
    }
    reader.finish(file, text, &source);
    match Errors::of(file, &source.lines, reader.problems) {
        Some(errors) => Err(errors),
        None => Ok(reader.case),
    }
}

#[derive(Default)]
struct Reader<'a> {
    case: Case,
    problems: Vec<Problem>,
    /// The directives so far, by their key's word.
    seen: Vec<(Key, Spot<'a>)>,
    /// Keys that are most likely meant where an unknown one stands.
    meant: Vec<Key>,
    /// The directive of each claim.
    claims: Vec<Spot<'a>>,
    /// Whether there are claims that could not be read.
    unread: bool,
    /// Each name to be salted.
    salt: Vec<Spot<'a>>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: Spot<'a>) {
        let directive = match Directive::read(line) {
            Ok(directive) => directive,
            Err(problem) => {
                let meant = Directive::meant(line);
                self.unread |= meant.is_none_or(Key::is_claim);
                self.meant.extend(meant);
                self.problems.push(problem);
                return;
            }
        };
        let Directive { key, word, .. } = directive;
        let first = self.seen.iter().find(|(seen, _)| *seen == key);
        if let Some((_, first)) = first
            && !key.repeats()
        {
            let message = format!("`{}` is in line {} already", key.name(), first.line);
            self.problems.push(word.wrong(message).before(first.line));
            return;
        }
        self.seen.push((key, word));
        self.take(&directive);
    }

    fn take(&mut self, directive: &Directive<'a>) {
        match statements::read(directive) {
            Some(Ok(kind)) => {
                if let Kind::Finishes(within) = kind {
                    self.case.finishes = Some(within);
                }
                self.case.claims.push(Claim {
                    kind,
                    line: directive.whole.line,
                    text: directive.whole.text.to_owned(),
                });
                self.claims.push(directive.whole);
            }
            Some(Err(problems)) => {
                self.unread = true;
                self.problems.extend(problems);
            }
            None => {
                if let Err(problem) = self.set(directive) {
                    self.problems.push(problem);
                }
            }
        }
    }

    /// Everything that is no claim.
    fn set(&mut self, directive: &Directive<'a>) -> Result<(), Problem> {
        let value = directive.value;
        let case = &mut self.case;
        match directive.key {
            Key::Case => case.id = values::slug(value)?,
            Key::Says => case.says = value.text.to_owned(),
            Key::Level => case.level = values::level(value)?,
            Key::Origin => case.origin = kept(lists::origins(value), &mut self.problems),
            Key::Needs => case.needs = kept(lists::needs(value), &mut self.problems),
            Key::Variants => case.variants = kept(lists::variants(value), &mut self.problems),
            Key::Also => case.also = kept(lists::files(value), &mut self.problems),
            Key::Lib => case.lib = Some(values::file_name(value)?),
            Key::Salt => {
                case.salt = kept(lists::identifiers(value), &mut self.problems);
                let read = |word: &Spot<'_>| case.salt.iter().any(|name| name == word.text);
                self.salt = lists::words(value).into_iter().filter(read).collect();
            }
            Key::Hz => case.hz = Some(values::hz(value)?),
            Key::Clock => case.clock = Some(values::clock(value)?),
            Key::Cpu => case.cpu_ms = Some(values::cpu_ms(value)?),
            Key::Alone => case.alone = true,
            Key::Long => case.long = true,
            Key::Samples => {
                values::only(value, "samples", "none-ok")?;
                case.none_ok = true;
            }
            Key::Kills => case.kills = kept(lists::mutants(value), &mut self.problems),
            _ => {}
        }
        Ok(())
    }

    /// What is wrong with the case as a whole.
    fn finish(&mut self, file: &str, text: &str, source: &Source<'a>) {
        match source.strays.first() {
            // What is missing may stand there.
            Some(stray) => self.problems.push(
                stray
                    .upto(3)
                    .wrong("a directive behind code: only the file's first lines are read")
                    .help("move it above the first line of code, or write `//` for a comment"),
            ),
            None => self.missing(source),
        }
        let code = code::without_comments(text);
        let Reader {
            case,
            claims,
            salt,
            unread,
            problems,
            ..
        } = self;
        problems.extend(consistency::claims(&case.claims, claims));
        // A claim that could not be read may be the one.
        if !*unread {
            problems.extend(consistency::salt(&case.claims, &code, salt));
        }
        problems.extend(consistency::lines(file, text, &code, &case.claims, claims));
        // The macro is C's.
        if ![".rs", ".go"].iter().any(|host| file.ends_with(host)) {
            problems.extend(lint::fixed_phases(&code, &case.claims));
        }
    }

    fn missing(&mut self, source: &Source<'a>) {
        let Some(&first) = source.directives.first() else {
            let begin = Spot {
                line: 1,
                column: 1,
                text: "",
            };
            let problem = begin.wrong("no directives: this file is no case");
            let help = "begin it with `//@ case: WORD.WORD`";
            self.problems.push(problem.help(help));
            return;
        };
        let keys: Vec<Key> = self.seen.iter().map(|(key, _)| *key).collect();
        let has = |key: Key| keys.contains(&key) || self.meant.contains(&key);
        let case = self.seen.iter().find(|(key, _)| *key == Key::Case);
        let place = case.map_or(first, |(_, word)| *word);
        for (key, message, help) in [
            (Key::Case, "the case has no id", "`//@ case: foreign.hook`"),
            (
                Key::Says,
                "the case does not say what it is about",
                "`//@ says: ` and a sentence",
            ),
        ] {
            if !has(key) {
                let problem = place.wrong(message).help(format!("add {help}"));
                self.problems.push(problem);
            }
        }
        if !keys.iter().chain(&self.meant).any(|key| key.is_claim()) {
            let problem = place.wrong("the case claims nothing");
            let help = "add what must be seen: `//@ every cpuHog: main > ... > cpuHog`";
            self.problems.push(problem.help(help));
        }
    }
}

/// Notes what is wrong with a list, and gives what is not.
fn kept<T>((values, wrong): List<T>, problems: &mut Vec<Problem>) -> Vec<T> {
    problems.extend(wrong);
    values
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "case_tests.rs"]
mod case_tests;

#[cfg(test)]
#[path = "generated_tests.rs"]
mod generated_tests;
