//! Whole commands beside the floor and beside other tools, on the same boards in the same run.
//!
//! ```sh
//! cargo bench --bench compare                                    # a board of 1,000 tasks, printed
//! cargo bench --bench compare -- --sizes 100,10000 --rounds 21   # others
//! cargo bench --bench compare -- --only list --keep              # some operations; the boards are left below target/tmp
//! cargo bench --bench compare -- --hooks                         # what hooks add to a commit, beside managers of hooks
//! cargo bench --bench compare -- --write                         # docs/performance.md and its plot, in some minutes
//! ```
//!
//! Tools that are not installed are passed over. What the writing commands flush to disk is counted by `strace`.

mod hooks;
mod measure;
mod page;
mod plot;
mod tasks;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Command;

use measure::{Cost, Floor, Run};
use page::{Row, Table};
use tools::{Operation, Tool};

const STATES: [&str; 6] = ["pending", "ready", "in-progress", "review", "done", "failed"];
/// Beyond this many tasks the others are passed over: some take minutes for one command.
const LARGEST_FOR_RIVALS: usize = 10_000;
/// Beyond this many milliseconds a rival gets three rounds only.
const SLOW: f64 = 1000.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|word| word == name)?;
        arguments.get(place + 1).cloned()
    };
    let is_written = arguments.iter().any(|word| word == "--write");
    let usual = if is_written { "100,1000,10000,100000" } else { "1000" };
    let sizes = value("--sizes").unwrap_or_else(|| usual.to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.parse().expect("a number of tasks")).collect();
    let rounds = value("--rounds").map_or(15, |rounds| rounds.parse().expect("a number of rounds"));
    let only = value("--only");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare");
    let _ = fs_err::remove_dir_all(&folder);
    fs_err::create_dir_all(&folder).expect("a folder");
    measure::live_in(&folder.join("home"));
    let bench = Bench { floor: Floor::build(&folder), folder, rounds, only };
    if arguments.iter().any(|word| word == "--hooks") {
        let tables = [100, 10_000].map(|files| hooks::measured(&bench.floor, &bench.folder, files, rounds));
        let text = hooks::page(&tables, rounds);
        println!("\n{text}");
        if is_written {
            page::replace(&performance(), "hooks", &text);
        }
        return;
    }
    let tables: Vec<Table> = sizes.iter().map(|size| bench.table(*size)).collect();
    let cells = bench.cells(sizes.iter().copied().filter(|size| *size <= 10_000).max().unwrap_or(1000));
    let text = page::measured(&tables, &cells, rounds);
    println!("\n{text}");
    if is_written {
        page::replace(&performance(), "measured", &text);
        fs_err::write(performance().with_extension("svg"), plot::drawn(&tables)).expect("written");
    }
    if !arguments.iter().any(|word| word == "--keep") {
        fs_err::remove_dir_all(&bench.folder).expect("removed");
    }
}

fn performance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md")
}

struct Bench {
    floor: Floor,
    folder: PathBuf,
    rounds: usize,
    only: Option<String>,
}

impl Bench {
    fn table(&self, size: usize) -> Table {
        println!("a board of {size} tasks");
        let tasks = tasks::tasks(size);
        let ids = tools::claimable(&tasks);
        let ours = tools::ours(Path::new(env!("CARGO_BIN_EXE_mcp")), &tasks, self.folder.join("ours"));
        let others = if size <= LARGEST_FOR_RIVALS { tools::rivals(&tasks, &self.folder) } else { Vec::new() };
        let wanted = Operation::ALL.into_iter().filter(|operation| self.is_wanted(*operation));
        let rows = wanted.map(|operation| self.row(operation, &ours, &others, &ids));
        Table { size, rivals: others.iter().map(|tool| tool.name).collect(), rows: rows.collect() }
    }

    fn is_wanted(&self, operation: Operation) -> bool {
        self.only.as_ref().is_none_or(|only| operation.name().contains(only))
    }

    fn row(&self, operation: Operation, ours: &Tool, others: &[Tool], ids: &[String]) -> Row {
        println!("  {}", operation.name());
        let command = |round: usize| ours.command(operation, round, ids).expect("ours has all");
        let floor = self.floor_of(operation, ours, || command(0));
        let (mut floors, mut mine, mut theirs) = (Vec::new(), Vec::new(), vec![Vec::<Run>::new(); others.len()]);
        // The first round is for the caches; writing commands take another task each round.
        for round in 1..=self.rounds + 1 {
            if let Some(floor) = &floor {
                // Whoever comes first pays for what the tool before it has driven out of the caches: nobody whose time counts.
                let _ = self.floor.run(floor, &ours.board);
                floors.push(self.floor.run(floor, &ours.board));
            }
            mine.push(self.floor.run(&command(round), &ours.board));
            for (tool, runs) in others.iter().zip(&mut theirs) {
                let is_slow = runs.len() >= 4 && runs.iter().any(|run| run.wall > SLOW);
                if let Some(command) = tool.command(operation, round, ids).filter(|_| !is_slow) {
                    // Finding nothing is a failure to some.
                    runs.push(self.floor.run_any(&command, &tool.board).0);
                }
            }
        }
        let cost = |runs: &[Run]| runs.get(1..).filter(|runs| !runs.is_empty()).map(Cost::of);
        Row {
            operation,
            floor: cost(&floors),
            ours: cost(&mine).expect("it ran"),
            rivals: theirs.iter().map(|runs| cost(runs)).collect(),
        }
    }

    /// The floor of an operation; `None` where it cannot be known here.
    fn floor_of(
        &self,
        operation: Operation,
        ours: &Tool,
        ours_first: impl FnOnce() -> Vec<String>,
    ) -> Option<Vec<String>> {
        let folders = |states: &[&str]| states.iter().map(|state| format!(".mcp/tasks/{state}")).collect::<Vec<_>>();
        let board = |named: &[&str], read: &[&str]| {
            let words = [vec!["board".to_owned()], folders(named), vec!["--".to_owned()], folders(read)].concat();
            self.floor.command(&words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        Some(match operation {
            Operation::Start => self.floor.command(&["nop"]),
            Operation::Next | Operation::ListOpen => board(&STATES[4..], &STATES[..4]),
            Operation::ListState => board(&[], &STATES[1..2]),
            Operation::ListAll => board(&[], &STATES),
            Operation::Show => board(&STATES, &[]),
            Operation::Search => match tools::in_path("rg") {
                Some(rg) => {
                    [&rg.display().to_string(), "-l", tasks::RARE, "--hidden", ".mcp"].map(str::to_owned).to_vec()
                }
                None => board(&[], &STATES),
            },
            Operation::Claim | Operation::Note | Operation::Release | Operation::Create => {
                let (files, flushed) = self.flushes(&ours_first(), &ours.board)?;
                let counts = [files.to_string(), flushed.to_string()];
                // Not in the folder of a state: what others put there, commands have to look at.
                let words = ["durable", ".mcp/tmp", &counts[0], &counts[1]];
                // Where the file of a task without a cell lies, its folder tells, which is to be found.
                let listed = if operation == Operation::Claim { folders(&STATES) } else { Vec::new() };
                let listed = listed.iter().map(String::as_str);
                self.floor.command(&words.into_iter().chain(listed).collect::<Vec<_>>())
            }
        })
    }

    /// How many files and how many folders a command flushes to disk.
    fn flushes(&self, command: &[String], board: &Path) -> Option<(usize, usize)> {
        let log = self.folder.join("trace");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-y", "-e", "trace=fsync,fdatasync", "-o"]).arg(&log).args(command).current_dir(board);
        let Some(true) = measure::surrounded(&mut strace).output().ok().map(|output| output.status.success()) else {
            println!("    no floor: strace is missing or may not trace here");
            return None;
        };
        let trace = fs_err::read_to_string(&log).expect("a trace");
        let flushed = trace.lines().filter_map(|line| line.split_once('<')?.1.split_once('>'));
        let (folders, files): (Vec<_>, Vec<_>) = flushed.partition(|(path, _)| Path::new(path).is_dir());
        println!("    it flushes {} files and {} folders", files.len(), folders.len());
        Some((files.len(), folders.len()))
    }

    /// The same reads on a board without cells, and with one a task, loose and packed.
    fn cells(&self, size: usize) -> Vec<(&'static str, Table)> {
        let kinds = [("no cells", None), ("a loose cell a task", Some(false)), ("a packed cell a task", Some(true))];
        let table = |(name, packed): (&'static str, Option<bool>)| {
            println!("{size} tasks, {name}");
            let tasks = tasks::tasks(size);
            let ids = tools::claimable(&tasks);
            let ours = tools::ours(Path::new(env!("CARGO_BIN_EXE_mcp")), &tasks, self.folder.join("ours"));
            if let Some(is_packed) = packed {
                tools::add_cells(&tasks, &ours.board, is_packed);
            }
            let reads =
                [Operation::Next, Operation::ListState, Operation::ListOpen, Operation::ListAll, Operation::Show];
            let reads = reads.into_iter().filter(|operation| self.is_wanted(*operation));
            let rows = reads.map(|operation| self.row(operation, &ours, &[], &ids));
            (name, Table { size, rivals: Vec::new(), rows: rows.collect() })
        };
        kinds.map(table).into()
    }
}
