//! The inside of the program, piece by piece: `cargo bench --bench inside`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use divan::{Bencher, black_box};
use mcp_handoff::model::{Actor, Config, Front, Holder, Identity, State, Task, TaskId, rank};
use mcp_handoff::store::Store;
use mcp_handoff::text::Document;

fn main() {
    divan::main();
}

/// The file of a task as it is after some work: 1.5 KB.
fn text(number: usize) -> String {
    let id = id(number);
    let criteria: String = (1..=6).map(|criterion| format!("- [x] Criterion {criterion} holds under load\n")).collect();
    let notes = "The ceiling comes from the configuration, and each wait is twice the one before.\n".repeat(8);
    format!(
        "---\nid: {id}\ntitle: Retry health check {number} with backoff\npriority: P{}\nkind: feature\n\
         labels: [health, service]\ndepends_on: [{}]\ncreated: 2026-10-12T09:12:03Z\nrev: 3\nattempts: 0\n---\n\n\
         ## Goal\n\nA check that fails once is tried again.\n\n## Acceptance criteria\n\n{criteria}\n\
         ## Implementation notes\n\n{notes}\n## Log\n\n- 2026-10-12T09:12:03Z ada created\n- 2026-10-12T10:12:03Z ada prepared\n",
        number % 3,
        self::id(number + 1),
    )
}

fn id(number: usize) -> TaskId {
    let letters = format!("{number:06}")
        .bytes()
        .map(|digit| char::from(b"bcdfghjkmn"[usize::from(digit - b'0')]))
        .collect::<String>();
    TaskId::parse(&format!("t-{letters}")).expect("a whole id")
}

fn document() -> Document {
    Document::parse(text(7)).expect("a text that can be read")
}

#[divan::bench]
fn find_the_fences(bencher: Bencher) {
    bencher.with_inputs(|| text(7).into_bytes()).bench_values(Document::from_bytes);
}

#[divan::bench]
fn scan_the_keys(bencher: Bencher) {
    let document = document();
    bencher.bench(|| black_box(&document).keys());
}

#[divan::bench]
fn read_the_front_matter(bencher: Bencher) {
    let document = document();
    bencher.bench(|| black_box(&document).read::<Front>());
}

#[divan::bench]
fn read_a_section(bencher: Bencher) {
    let document = document();
    bencher.bench(|| black_box(&document).checkboxes("Acceptance criteria"));
}

#[divan::bench]
fn append_an_entry(bencher: Bencher) {
    bencher
        .with_inputs(document)
        .bench_values(|mut document| document.append("Log", "- 2026-10-12T11:12:03Z ada note: tried", &["Log"]));
}

#[divan::bench(args = [100, 10_000])]
fn list_the_names(bencher: Bencher, count: usize) {
    let board = board(count);
    let store = Store::at(&board);
    bencher.bench(|| store.catalog());
    fs_err::remove_dir_all(board).expect("removed");
}

#[divan::bench(args = [100, 10_000])]
fn rank_what_comes_next(bencher: Bencher, count: usize) {
    let tasks: Vec<Task> = (0..count).map(task).collect();
    let identity = Identity {
        holder: Holder { actor: Actor::named("ada").expect("a name"), session: "here".to_owned(), clone_id: None },
        is_person: true,
    };
    bencher.bench(|| {
        rank(black_box(&tasks), &identity, &Config::default(), &BTreeSet::new(), |_| None, |_| None).offers.len()
    });
}

fn task(number: usize) -> Task {
    let document = Document::parse(text(number)).expect("a text that can be read");
    Task::read(id(number), State::Ready, format!("{}.md", id(number)), document).expect("a task")
}

/// A board of empty files in a folder of its own.
fn board(count: usize) -> PathBuf {
    let board = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("names-{count}-{}", std::process::id()));
    for state in State::ALL {
        fs_err::create_dir_all(board.join(format!(".mcp/tasks/{state}"))).expect("a folder");
    }
    for number in 0..count {
        let state = if number % 4 == 0 { State::Ready } else { State::Done };
        fs_err::write(board.join(format!(".mcp/tasks/{state}/{}-retry.md", id(number))), "").expect("a file");
    }
    board
}
