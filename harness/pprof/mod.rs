//! The pprof profile.
