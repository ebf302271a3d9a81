//! One board of any size, the same each time, in the format of each tool.

use std::path::Path;

use fastrand::Rng;

const WORDS: &[&str] = &[
    "parser", "cache", "index", "commit", "branch", "merge", "conflict", "retry", "timeout", "handler", "schema",
    "field", "status", "ledger", "worker", "queue", "lock", "rename", "journal", "header", "signal", "buffer",
    "cursor", "page", "token", "scope", "error", "path",
];
const LABELS: &[&str] = &["core", "cli", "docs", "hook", "perf", "ci"];
const LETTERS: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";
/// Stands in one task of a thousand.
pub const RARE: &str = "zebrafish";

/// One task, as every tool gets it.
pub struct Task {
    pub number: usize,
    pub title: String,
    pub state: &'static str,
    pub priority: usize,
    pub depends_on: Vec<usize>,
    pub labels: [&'static str; 2],
    pub body: String,
    pub criteria: Vec<String>,
    pub day: String,
}

/// So many tasks: 70 % done, 2 % each failed, in review and in progress, 10 % ready, and the rest pending, each of which waits
/// for one that is not done.
pub fn tasks(count: usize) -> Vec<Task> {
    let mut rng = Rng::with_seed(7);
    let (mut closed, mut open): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut tasks = Vec::new();
    for number in 1..=count {
        let state = match (number, rng.u8(0..100)) {
            (1, _) | (_, 0..70) => "done",
            (2, _) | (_, 76..86) => "ready",
            (_, 70..72) => "failed",
            (_, 72..74) => "review",
            (_, 74..76) => "in-progress",
            _ => "pending",
        };
        let depends_on = match state {
            "pending" if !open.is_empty() => vec![open[rng.usize(open.len().saturating_sub(500)..open.len())]],
            "ready" | "done" if !closed.is_empty() && rng.bool() => vec![closed[rng.usize(0..closed.len())]],
            _ => Vec::new(),
        };
        if state == "done" {
            closed.push(number)
        } else {
            open.push(number)
        }
        let label = rng.usize(0..LABELS.len());
        let title = words(&mut rng, 5);
        tasks.push(Task {
            number,
            title: format!("{}{} {number}", title[..1].to_uppercase(), &title[1..]),
            state,
            priority: rng.usize(0..3),
            depends_on,
            labels: [LABELS[label], LABELS[(label + 1) % LABELS.len()]],
            body: body(&mut rng, number),
            criteria: (0..4).map(|_| words(&mut rng, 8)).collect(),
            day: format!("2026-{:02}-{:02}", 1 + number % 9, 1 + number % 28),
        });
    }
    tasks
}

fn words(rng: &mut Rng, count: usize) -> String {
    let words: Vec<&str> = (0..count).map(|_| WORDS[rng.usize(0..WORDS.len())]).collect();
    words.join(" ")
}

fn body(rng: &mut Rng, number: usize) -> String {
    let mut body = format!("The {} must {}.\n\n", words(rng, 3), words(rng, 9));
    if number % 997 == 5 {
        body += &format!("It mentions the {RARE}.\n\n");
    }
    while body.len() < 750 {
        body += &format!("- {} `{}.rs` {}\n", words(rng, 5), words(rng, 1), words(rng, 4));
    }
    body
}

/// The id that the task with a number has on our board.
pub fn id(number: usize) -> String {
    let all = 28_usize.pow(6);
    // Without a common divisor, so that no two are alike; spread as random ones are.
    let mut rest = number * 179_424_673 % all;
    let mut letters = String::from("t-");
    for _ in 0..6 {
        letters.push(char::from(LETTERS[rest % 28]));
        rest /= 28;
    }
    letters
}

/// The path of a task on our board, below the top.
pub fn path(task: &Task) -> String {
    format!(".mcp/tasks/{}/{}-{}.md", task.state, id(task.number), task.title.to_lowercase().replace(' ', "-"))
}

/// Our own format.
pub fn write_ours(tasks: &[Task], top: &Path) {
    for task in tasks {
        let depends_on: Vec<String> = task.depends_on.iter().map(|number| id(*number)).collect();
        let mark = if task.state == "done" { "x" } else { " " };
        let criteria: String = task.criteria.iter().map(|text| format!("- [{mark}] {text}\n")).collect();
        let is_held = matches!(task.state, "in-progress" | "review");
        let text = format!(
            "---\nid: {}\ntitle: {}\npriority: P{}\nkind: feature\nlabels: [{}, {}]\ndepends_on: [{}]\n{}created: {}T09:12:03Z\nrev: 2\nattempts: 0\n---\n\n\
             ## Goal\n\n{}\n## Acceptance criteria\n\n{criteria}\n## Log\n\n- {}T09:12:03Z ada created\n",
            id(task.number),
            task.title,
            task.priority,
            task.labels[0],
            task.labels[1],
            depends_on.join(", "),
            if is_held { "assignee: bob\n" } else { "" },
            task.day,
            task.body,
            task.day,
        );
        write(&top.join(path(task)), &text);
    }
}

/// What `br` takes in: one JSON object a line.
pub fn write_beads(tasks: &[Task], top: &Path) {
    let name = |number: usize| format!("bn-{}", &id(number)[2..]);
    let lines = tasks.iter().map(|task| {
        let depends = task.depends_on.iter().map(|other| {
            serde_json::json!({ "issue_id": name(task.number), "depends_on_id": name(*other), "type": "blocks",
                "created_at": format!("{}T10:00:00Z", task.day), "created_by": "x" })
        });
        let mut issue = serde_json::json!({
            "id": name(task.number), "title": task.title, "description": task.body,
            "acceptance_criteria": task.criteria.join("\n"), "status": rivals_state(task, "in_progress"),
            "priority": task.priority, "issue_type": "task", "labels": task.labels,
            "created_at": format!("{}T10:00:00Z", task.day), "updated_at": format!("{}T10:00:00Z", task.day),
            "dependencies": depends.collect::<Vec<_>>(),
        });
        if is_closed(task) {
            issue["closed_at"] = issue["updated_at"].clone();
        }
        format!("{issue}\n")
    });
    write(&top.join(".beads/issues.jsonl"), &lines.collect::<String>());
}

/// The files of `tk`, one a task.
pub fn write_tickets(tasks: &[Task], top: &Path) {
    for task in tasks {
        let depends_on: Vec<String> = task.depends_on.iter().map(|number| format!("t-{number:06}")).collect();
        let text = format!(
            "---\nid: t-{:06}\nstatus: {}\ndeps: [{}]\nlinks: []\ncreated: {}T10:00:00Z\ntype: task\npriority: {}\nassignee: bob\ntags: [{}]\n---\n# {}\n\n{}\n## Acceptance Criteria\n\n- [ ] {}\n",
            task.number,
            rivals_state(task, "in_progress"),
            depends_on.join(", "),
            task.day,
            task.priority,
            task.labels.join(", "),
            task.title,
            task.body,
            task.criteria.join("\n- [ ] "),
        );
        write(&top.join(format!(".tickets/t-{:06}.md", task.number)), &text);
    }
}

/// The files of Taskwarrior's own format.
pub fn write_taskwarrior(tasks: &[Task], top: &Path) {
    let name = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    let (mut pending, mut completed) = (String::new(), String::new());
    for task in tasks {
        let depends: Vec<String> = task.depends_on.iter().map(|number| name(*number)).collect();
        let depends = if depends.is_empty() { String::new() } else { format!("depends:\"{}\" ", depends.join(",")) };
        let text = format!("{} {}", task.body, task.criteria.join(" ")).replace('\n', " ");
        let (end, status, lines) = match is_closed(task) {
            true => ("end:\"1760000000\" ", "completed", &mut completed),
            false => ("", "pending", &mut pending),
        };
        let start = if rivals_state(task, "").is_empty() { "start:\"1760000000\" " } else { "" };
        *lines += &format!(
            "[annotation_1760000000:\"{text}\" {depends}description:\"{}\" {end}entry:\"1760000000\" modified:\"1760000000\" priority:\"{}\" {start}status:\"{status}\" tags:\"{}\" uuid:\"{}\"]\n",
            task.title,
            ["H", "M", "L"][task.priority],
            task.labels.join(","),
            name(task.number),
        );
    }
    write(&top.join("tw/pending.data"), &pending);
    write(&top.join("tw/completed.data"), &completed);
    write(&top.join("tw/backlog.data"), "");
    write(&top.join("tw/undo.data"), "");
    let folder = top.join("tw");
    let settings =
        format!("data.location={}\nconfirmation=no\nnews.version=2.6.0\ncolor=off\nhooks=off\n", folder.display());
    write(&top.join("taskrc"), &settings);
}

/// The files of Backlog.md, one a task.
pub fn write_backlog(tasks: &[Task], top: &Path) {
    for task in tasks {
        let depends: String = task.depends_on.iter().map(|number| format!("\n  - TASK-{number}")).collect();
        let state = match rivals_state(task, "in_progress") {
            "closed" => "Done",
            "in_progress" => "In Progress",
            _ => "To Do",
        };
        let text = format!(
            "---\nid: TASK-{}\ntitle: {}\nstatus: {state}\nassignee: []\ncreated_date: '{} 10:00'\nlabels:\n  - {}\ndependencies:{}\npriority: {}\nordinal: {}\n---\n\n## Description\n\n{}\n## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] {}\n<!-- AC:END -->\n",
            task.number,
            task.title,
            task.day,
            task.labels.join("\n  - "),
            if depends.is_empty() { " []" } else { &depends },
            ["high", "medium", "low"][task.priority],
            task.number * 1000,
            task.body,
            task.criteria.join("\n- [ ] "),
        );
        let name = task.title.replace(' ', "-");
        write(&top.join(format!("backlog/tasks/task-{} - {name}.md", task.number)), &text);
    }
}

fn is_closed(task: &Task) -> bool {
    matches!(task.state, "done" | "failed")
}

/// The nearest of the three states that the others have.
fn rivals_state(task: &Task, started: &'static str) -> &'static str {
    match task.state {
        "done" | "failed" => "closed",
        "review" | "in-progress" => started,
        _ => "open",
    }
}

fn write(path: &Path, text: &str) {
    fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs_err::write(path, text).expect("a file");
}
