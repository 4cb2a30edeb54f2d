//! Writes the synthetic profile that benchmarks and `scripts/compare-pprof` use: gzipped, the same bytes every time.
//!
//! `cargo run --release --example synthetic_profile -- [--samples N] [--functions N] FILE`

mod profile;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("synthetic_profile: {cause}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut size = profile::Size::LARGE;
    let mut file = None;
    let mut args = std::env::args().skip(1);
    while let Some(argument) = args.next() {
        let mut number = || -> Result<u32, Box<dyn std::error::Error>> {
            let text = args.next().ok_or("a number must follow")?;
            text.parse()
                .map_err(|cause| format!("{text}: {cause}").into())
        };
        match argument.as_str() {
            "--samples" => size.samples = number()?,
            "--functions" => size.functions = number()?,
            _ => file = Some(argument),
        }
    }
    let file = file.ok_or("a file to write must be named")?;
    let out = BufWriter::new(std::fs::File::create(&file)?);
    let mut gzip = flate2::write::GzEncoder::new(out, flate2::Compression::default());
    profile::write(size, &mut gzip)?;
    gzip.finish()?.flush()?;
    Ok(())
}
