//! The included files have a constructor that is constant but where the atomics are loom's.

fn main() {
    println!("cargo::rustc-cfg=loom");
}
