//! `watch`: what happens on a board is told as it happens, whoever did it; and the board is kept up with what people do by hand.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::json::schema::mistakes;
use super::support::{Sandbox, named};

/// Far more than any of it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `watch`.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    /// Starts it, and waits until it has looked once.
    fn start(sandbox: &Sandbox, folder: &Path, more: &[&str]) -> Watching {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(["watch", "--json"]).args(more).current_dir(folder).env("MCP_AGENT", "watcher");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let watching = Watching { child, lines };
        assert_eq!(watching.next()["watching"]["open"].as_u64().map(|open| open < 10), Some(true));
        watching
    }

    /// The next document.
    fn next(&self) -> serde_json::Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("a line");
        let document = serde_json::from_str(&line).expect("JSON");
        assert_eq!(mistakes("watch", &document), Vec::<String>::new(), "{line}");
        document
    }

    /// What the next line tells, in short.
    fn told(&self) -> String {
        let happened = &self.next()["happened"];
        let word = |key: &str| happened[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}: {}", word("kind"), word("task"), word("actor"), word("text"))
    }

    /// Everything else that it says after this moment, told by a last event that is waited for.
    fn ends_with(self, sandbox: &Sandbox, id: &str) -> Vec<String> {
        let _ = sandbox.mcp_args(&["note", id, "-m", "the last word"]).success();
        let mut told = Vec::new();
        loop {
            let line = self.told();
            if line.ends_with("note: the last word") {
                return told;
            }
            told.push(line);
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn tells_what_verbs_editors_and_people_do() {
    let sandbox = Sandbox::with_board();
    let watching = Watching::start(&sandbox, sandbox.dir(), &[]);
    let id = sandbox.ready_task("Do it");
    let mut told = vec![watching.told()];
    let _ = sandbox.mcp_as("cursor", &format!("claim {id}")).success();
    told.push(watching.told());
    let path = sandbox.file_of(&id);
    let moved = path.replace("in-progress", "ready");
    fs_err::rename(sandbox.path(&path), sandbox.path(&moved)).expect("a move by hand");
    told.push(watching.told());
    // As vim saves: aside, then over the old name.
    let text = sandbox.read(&moved).replace("priority: P1", "priority: P0");
    sandbox.write(".mcp/tasks/ready/4913~", &text);
    fs_err::rename(sandbox.path(".mcp/tasks/ready/4913~"), sandbox.path(&moved)).expect("a save");
    told.push(watching.told());
    sandbox.write(&moved, "---\nid: [\n");
    told.push(watching.told());
    sandbox.write(&moved, &text);
    told.push(watching.told());
    assert_eq!(watching.ends_with(&sandbox, &id), Vec::<String>::new());
    insta::assert_snapshot!(named(&told.join("\n"), &[&id]), @"
    logged [T1] ada: prepared
    logged [T1] cursor: claimed on main
    logged [T1] watcher: moved by hand, now in ready
    edited [T1] -: edited: priority
    problem - -: .mcp/tasks/ready/[T1]-do-it.md:1:1: this fence is never closed
    mended - -: .mcp/tasks/ready/[T1]-do-it.md: nothing is wrong any more
    ");
    // Another checkout knows of the move now, and that nobody holds the task.
    let side = sandbox.worktree("side");
    let mut list = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    list.args(["list", "--columns", "id,state,assignee"]).current_dir(side);
    insta::assert_snapshot!(sandbox.run(list).named(&[&id]), @"
    ID        STATE
    [T1]  ready
    ");
}

#[test]
fn tells_what_comes_from_other_worktrees_and_by_git() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Do it");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    let side = sandbox.worktree("side");
    let watching = Watching::start(&sandbox, sandbox.dir(), &[]);
    let in_side = |line: &str| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(line.split(' ')).current_dir(&side).env("MCP_AGENT", "cursor");
        sandbox.run(command).success()
    };
    let _ = in_side(&format!("claim {id}"));
    let mut told = vec![watching.told()];
    let _ = in_side(&format!("note {id} -m Halfway"));
    told.push(watching.told());
    // A task that comes with a merge.
    sandbox.git("switch -q -c other");
    let file = ".mcp/tasks/pending/t-222222-come-in.md";
    sandbox.write(file, "---\nid: t-222222\ntitle: Come in\n---\n## Goal\n\nYes\n");
    sandbox.git_args(&["add", file]);
    sandbox.git("commit -q -m other");
    told.push(watching.told());
    sandbox.git("switch -q main");
    told.push(watching.told());
    sandbox.git("merge -q other");
    told.push(watching.told());
    assert_eq!(watching.ends_with(&sandbox, &id), Vec::<String>::new());
    insta::assert_snapshot!(named(&told.join("\n"), &[&id]), @"
    logged [T1] cursor: claimed on side
    logged [T1] cursor: note: Halfway
    appeared t-222222 -: appeared in pending
    gone t-222222 -: is not here any more: no file and no cell
    appeared t-222222 -: appeared in pending
    ");
}

#[test]
fn takes_in_what_is_dropped_into_a_folder_once_however_many_watch() {
    let sandbox = Sandbox::with_board();
    let watchers: Vec<Watching> = (0..3).map(|_| Watching::start(&sandbox, sandbox.dir(), &[])).collect();
    sandbox.write(".mcp/tasks/ready/an-idea.md", "# An idea\n");
    let told: Vec<String> = watchers.iter().map(Watching::told).collect();
    let files = sandbox.files();
    let ready: Vec<_> = files.iter().filter(|path| path.starts_with(".mcp/tasks/ready/t-")).collect();
    let [file] = ready.as_slice() else { panic!("one task: {files:#?}") };
    let id = file.split('/').next_back().expect("a name")[..8].to_owned();
    let wanted = format!("logged {id} watcher: taken in from .mcp/tasks/ready/an-idea.md");
    assert_eq!(told, vec![wanted; 3]);
    let moved = file.replace("/ready/", "/review/");
    fs_err::rename(sandbox.path(file), sandbox.path(&moved)).expect("a move by hand");
    let told: Vec<String> = watchers.iter().map(Watching::told).collect();
    assert_eq!(told, vec![format!("logged {id} watcher: moved by hand, now in review"); 3]);
    let log = sandbox.mcp(&format!("log {id}")).success().stdout;
    assert_eq!(log.matches("moved by hand").count(), 1, "{log}");
}

#[test]
#[cfg(target_os = "linux")]
fn waits_for_an_editor_that_has_the_file_open() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Do it");
    let path = sandbox.file_of(&id);
    let text = sandbox.read(&path);
    let watching = Watching::start(&sandbox, sandbox.dir(), &[]);
    let (half, rest) = text.split_at(text.find("## Acceptance").expect("a section"));
    // In place, as some editors save: for a while only half of it is there.
    let mut editor = fs_err::File::create(sandbox.path(&path)).expect("a file");
    editor.write_all(half.replace("priority: P1", "priority: P0").as_bytes()).expect("written");
    assert_eq!(watching.lines.recv_timeout(Duration::from_secs(1)).ok(), None);
    editor.write_all(rest.as_bytes()).expect("written");
    drop(editor);
    assert_eq!(watching.told(), format!("edited {id} -: edited: priority"));
}

#[test]
fn ends_after_so_many_lines_or_so_much_time() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Do it");
    let other = sandbox.ready_task("Do more");
    let run = sandbox.mcp(&format!("watch {id} -n 1 --timeout 1s"));
    insta::assert_snapshot!(run, @"
    --- stderr ---
    watching 2 open tasks; Ctrl-C ends it
    error: 0 of 1 things happened in that time
    --- exit 3 ---
    ");
    let mut watching = Watching::start(&sandbox, sandbox.dir(), &[&format!("id:{id}"), "-n", "1"]);
    let _ = sandbox.mcp(&format!("note {other} -m No")).success();
    let _ = sandbox.mcp(&format!("note {id} -m Yes")).success();
    assert_eq!(watching.told(), format!("logged {id} ada: note: Yes"));
    assert_eq!(watching.child.wait().expect("an end").code(), Some(0));
    insta::assert_snapshot!(sandbox.mcp("watch --timeout soon"), @"
    --- stderr ---
    error: invalid value 'soon' for '--timeout <SPAN>': a time is a number with s, m, h or d, such as 10m

    For more information, try '--help'.
    --- exit 2 ---
    ");
}
