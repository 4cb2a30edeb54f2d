//! C cases, compiled at run time: what each variant's artefact is, what the runtime in it measures, and what is
//! refused.
#![cfg(all(sigprof, feature = "cli"))]

#[path = "../support/mod.rs"]
mod support;

mod bench;
mod cache;
mod edges;
mod elf;
mod library;
mod outside;
mod run;
mod runtime;
mod truth;
mod variants;
