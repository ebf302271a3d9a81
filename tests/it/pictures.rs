//! The pictures in the documents: the screen of the live board in a real terminal, as SVG.
//! `MCP_WRITE_DOCS=1 cargo test --test it pictures` draws them anew; without that they are compared.

use std::path::Path;

use super::support::Sandbox;
use super::support::picture::picture;
use super::support::terminal::Terminal;

/// What a project has to do: the folder, the id, the title, further front matter.
const TASKS: &[(&str, &str, &str, &str)] = &[
    ("pending", "t-2mbc4d", "Describe the retry policy", "priority: P2\nkind: docs\ncreated: 2026-11-17T09:00:00Z"),
    ("pending", "t-9pq2rs", "Page the history of deliveries", "labels: [web]\ncreated: 2026-11-19T16:00:00Z"),
    (
        "ready",
        "t-7k3f9q",
        "Retry deliveries with backoff",
        "priority: P0\nkind: bug\nlabels: [api, queue]\ncreated: 2026-11-20T08:40:00Z\ndue: 2026-11-24",
    ),
    (
        "ready",
        "t-4hv8dz",
        "Show the state of each delivery on the page",
        "labels: [web]\ndepends_on: [t-7k3f9q]\ncreated: 2026-11-18T12:00:00Z",
    ),
    ("ready", "t-c5wn3x", "配信履歴 as CSV, for the bookkeepers 🚚", "priority: P2\ncreated: 2026-11-13T12:00:00Z"),
    (
        "ready",
        "t-b6tj2m",
        "Find the leak in the queue",
        "priority: P0\nkind: bug\nattempts: 2\ncreated: 2026-11-19T10:00:00Z",
    ),
    ("ready", "t-x8rd5g", "Rotate the signing key", "created: 2026-11-18T10:00:00Z"),
    ("review", "t-m3zk7p", "Limit the size of a body", "assignee: codex\ncreated: 2026-11-16T10:00:00Z"),
    ("done", "t-d2ghv9", "Answer health checks", "created: 2026-11-10T10:00:00Z"),
    ("failed", "t-h9cq4f", "Speak HTTP/3", "created: 2026-11-08T10:00:00Z"),
];

/// The text of the task that is shown.
const BODY: &str = "\
## Goal

A delivery that fails is tried again, *later each time*, instead of being **dropped**.
See `src/queue.rs` and the [policy](docs/retries.md).

## Acceptance criteria

- [x] The pause doubles with each failure
- [ ] After 15 minutes it no longer grows
- [ ] What was given up is counted

## Implementation notes

| failures | pause |
|---:|---|
| 1 | 1 s |
| 2 | 2 s |
| 12 | 15 min |

```rust
fn pause(failures: u32) -> Duration {
    Duration::from_secs(1 << (failures - 1)).min(CEILING)
}
```

## Questions

- [x] 2026-11-20T09:10:00Z cursor (needs input): Which ceiling?
  - 2026-11-20T09:25:00Z ada: Fifteen minutes.
";

fn busy_board() -> Sandbox {
    let sandbox = Sandbox::with_board();
    for (state, id, title, front) in TASKS {
        let text = format!("---\nid: {id}\ntitle: {title}\n{front}\n---\n{BODY}");
        sandbox.write(&format!(".mcp/tasks/{state}/{id}.md"), &text);
    }
    for (worker, id, time) in [("cursor", "t-b6tj2m", "11:25:00"), ("claude", "t-x8rd5g", "09:50:00")] {
        let mut claim = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        claim.env("MCP_AGENT", worker).env("MCP_SESSION", worker);
        claim.env("MCP_TEST_NOW", format!("2026-11-20T{time}Z")).args(["claim", id]);
        let _ = sandbox.run(claim).success();
    }
    sandbox
}

fn check(name: &str, terminal: &Terminal, said: &str) {
    let drawn = terminal.seen(|screen| picture(screen, said));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/pictures/{name}.svg"));
    if std::env::var_os("MCP_WRITE_DOCS").is_some() {
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(&path, &drawn).expect("a file");
    }
    let kept = fs_err::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{name} is out of date: MCP_WRITE_DOCS=1 cargo test --test it pictures");
}

#[test]
fn the_pictures_show_the_board_as_it_is() {
    let sandbox = busy_board();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_TEST_NOW", "2026-11-20T12:00:00Z").env("MCP_AGENT", "ada").args(["board", "--live"]);
    let mut terminal = Terminal::run(command, 20, 120);
    terminal.wait_for("? help");
    check("board", &terminal, "The live board with four of its columns: pending, ready, in-progress and review");
    terminal.send("j>");
    terminal.wait_for("waits for t-7k3f9q;");
    check("refused", &terminal, "A task that waits for another is not claimed, and the foot of the board says why");
    terminal.send("k\r");
    terminal.wait_for("doubles with each failure");
    terminal.resize(46, 120);
    terminal.wait("the whole task", |shown| shown.contains("Fifteen minutes") && shown.contains('┘'));
    check("task", &terminal, "A task in front of the board, its markdown laid out for reading");
    terminal.send("qq");
    assert_eq!(terminal.ended(), Some(0));
}
