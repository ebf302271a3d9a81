//! How `mcp` is linked on Linux: so that nothing but the C library has to be found, loaded and bound before its first line runs.
//!
//! A program at a fixed address has no pointers that must be moved; else the loader rewrites some 27,000 of them at each start.
//! What unwinds the stack is part of the compiler, as an archive too: where that is found, it is linked in.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_native = env::var("HOST") == env::var("TARGET");
    if target("OS") != "linux" || target("ENV") != "gnu" || !is_native {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names it")).join("link");
    if has_archive("libgcc_eh.a") && fs::create_dir_all(&folder).is_ok() {
        // A linker's script in the place of the shared library that rustc names.
        fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh)\n").expect("the folder was just made");
        println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
    }
}

/// Whether the compiler that links has a library of this name; in doubt it has not.
fn has_archive(name: &str) -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let told = Command::new(linker).arg(format!("-print-file-name={name}")).output();
    told.is_ok_and(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()).is_absolute())
}
