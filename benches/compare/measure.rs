//! Runs commands in turn, and keeps what each cost.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Milliseconds on the clock.
    pub wall: f64,
    /// Milliseconds of the processor.
    pub busy: f64,
    /// The most memory that it had at once, in MiB.
    pub peak: f64,
}

/// What a command cost over some rounds.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub wall: f64,
    pub busy: f64,
    pub peak: f64,
}

impl Cost {
    /// The medians of times and the largest peak.
    pub fn of(runs: &[Run]) -> Cost {
        Cost {
            wall: median(runs.iter().map(|run| run.wall)),
            busy: median(runs.iter().map(|run| run.busy)),
            peak: runs.iter().map(|run| run.peak).fold(0.0, f64::max),
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The floor, which also starts what is measured.
#[derive(Clone, Debug)]
pub struct Floor {
    program: PathBuf,
    log: PathBuf,
}

impl Floor {
    /// Builds it as a static program below a folder.
    pub fn build(folder: &Path) -> Floor {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/compare/floor.rs");
        let program = folder.join("floor");
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let flags = ["--edition", "2024", "-O", "-C", "target-feature=+crt-static", "-C", "panic=abort", "-o"];
        let built = Command::new(compiler).args(flags).arg(&program).arg(source).status().expect("a compiler");
        assert!(built.success(), "the floor does not compile");
        Floor { log: folder.join("stderr"), program }
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    pub fn command(&self, words: &[&str]) -> Vec<String> {
        let program = self.program.display().to_string();
        [program].into_iter().chain(words.iter().map(|word| (*word).to_owned())).collect()
    }

    /// Runs a command in a folder, which must succeed; its output goes nowhere.
    pub fn run(&self, command: &[String], folder: &Path) -> Run {
        let (run, code) = self.run_any(command, folder);
        let said = fs_err::read_to_string(&self.log).unwrap_or_default();
        assert!(code == 0, "`{}` ended with {code}: {said}", command.join(" "));
        run
    }

    /// The same, whatever its exit code, which is told.
    pub fn run_any(&self, command: &[String], folder: &Path) -> (Run, i32) {
        let mut spawn = Command::new(&self.program);
        spawn.arg("spawn").arg(&self.log).args(command).current_dir(folder);
        let output = surrounded(&mut spawn).output().expect("the floor");
        let told = String::from_utf8(output.stdout).expect("numbers");
        let numbers: Vec<f64> = told.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        let [wall, busy, peak, code] = numbers[..] else { panic!("the floor said `{told}`") };
        (Run { wall: wall / 1e3, busy: busy / 1e3, peak: peak / 1024.0 }, code as i32)
    }
}

static HOME: OnceLock<PathBuf> = OnceLock::new();

/// Sets the home of all that is run.
pub fn live_in(folder: &Path) {
    fs_err::create_dir_all(folder).expect("a folder");
    HOME.set(folder.to_owned()).expect("set once");
}

/// Gives a command surroundings that are the same everywhere.
pub fn surrounded(command: &mut Command) -> &mut Command {
    let home = HOME.get().expect("it was set");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("LANG", "C.UTF-8").env("NO_COLOR", "1").env("GIT_CONFIG_NOSYSTEM", "1")
}
