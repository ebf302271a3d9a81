//! Messages that nobody should send: the server neither panics nor hangs nor writes outside its board.
//!
//! `MCP_MESSAGES=100000 cargo test --test it noise` sends the long form.

use serde_json::{Value, json};

use super::super::support::Sandbox;
use super::client::Client;

/// How many messages are sent: some by default, for a night as many as one likes.
fn messages() -> usize {
    std::env::var("MCP_MESSAGES").ok().and_then(|messages| messages.parse().ok()).unwrap_or(1500)
}

const METHODS: &[&str] = &[
    "tools/call",
    "tools/call",
    "tools/call",
    "tools/call",
    "tools/list",
    "resources/read",
    "resources/list",
    "prompts/get",
    "prompts/list",
    "resources/templates/list",
    "resources/subscribe",
    "completion/complete",
    "logging/setLevel",
    "initialize",
    "server/discover",
    "subscriptions/listen",
    "tasks/get",
    "notifications/cancelled",
    "notifications/progress",
    "",
    "\u{0}",
];

const TOOLS: &[&str] = &[
    "next_task",
    "brief_task",
    "show_task",
    "search_tasks",
    "create_task",
    "prepare_task",
    "claim_task",
    "update_task",
    "review_task",
    "complete_task",
    "release_or_fail_task",
    "nonsense",
    "",
];

const KEYS: &[&str] = &[
    "id",
    "title",
    "goal",
    "criteria",
    "project_root",
    "action",
    "note",
    "ask",
    "set",
    "check",
    "uncheck",
    "words",
    "states",
    "limit",
    "budget",
    "files",
    "branch",
    "reason",
    "message",
    "sections",
    "body",
    "priority",
    "kind",
    "ready",
    "explain",
];

/// A value of any kind, often one that means something.
fn value(random: &mut fastrand::Rng, ids: &[String], depth: usize) -> Value {
    match random.u8(0..if depth == 0 { 11 } else { 14 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(random.i64(..)),
        3 => json!(random.u64(0..5)),
        4 => json!(random.f64() * 1e300),
        5 => json!(ids[random.usize(..ids.len())]),
        6 => json!(
            ["release", "fail", "retry", "request", "approve", "reject", "P0", "chore", "ready"][random.usize(..9)]
        ),
        7 => json!("../../../outside"),
        8 => json!("\u{1b}[2J\u{202e}\u{0} `rm -rf` $(touch outside) \u{1f469}\u{200d}\u{1f680}"),
        9 => json!("x".repeat(random.usize(..3000))),
        10 => json!(["/", "/nonexistent", "-", "--help", "~", ".", ""][random.usize(..7)]),
        11 => Value::Array((0..random.usize(..4)).map(|_| value(random, ids, depth - 1)).collect()),
        _ => object(random, ids, depth - 1),
    }
}

fn object(random: &mut fastrand::Rng, ids: &[String], depth: usize) -> Value {
    let entry = |random: &mut fastrand::Rng| (KEYS[random.usize(..KEYS.len())].to_owned(), value(random, ids, depth));
    Value::Object((0..random.usize(..5)).map(|_| entry(random)).collect())
}

/// One line, more or less a message.
fn message(random: &mut fastrand::Rng, ids: &[String], number: u64) -> Vec<u8> {
    let params = match random.u8(0..4) {
        0 => value(random, ids, 3),
        _ => json!({ "name": TOOLS[random.usize(..TOOLS.len())], "arguments": object(random, ids, 2),
            "uri": value(random, ids, 0), "requestId": value(random, ids, 0) }),
    };
    let mut message =
        json!({ "jsonrpc": "2.0", "id": number, "method": METHODS[random.usize(..METHODS.len())], "params": params });
    match random.u8(0..20) {
        0 => message["id"] = value(random, ids, 1),
        1 => message["jsonrpc"] = value(random, ids, 0),
        2 => message = json!([message.clone(), message]),
        3 => message = value(random, ids, 3),
        4 => message = json!({ "jsonrpc": "2.0", "id": number, "result": params_of(&message) }),
        _ => {}
    }
    let mut bytes = message.to_string().into_bytes();
    match random.u8(0..12) {
        0 => bytes.truncate(random.usize(..bytes.len() + 1)),
        1 => (0..random.usize(..8)).for_each(|_| {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }),
        2 => bytes = (0..random.usize(..200)).map(|_| random.u8(..)).collect(),
        3 => bytes = "[".repeat(random.usize(..5000)).into_bytes(),
        _ => {}
    }
    bytes.push(b'\n');
    bytes
}

fn params_of(message: &Value) -> Value {
    message["params"].clone()
}

#[test]
fn noise_neither_stops_the_server_nor_leaves_the_board() {
    let sandbox = Sandbox::with_board();
    let seed = std::env::var("MCP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    let ids: Vec<String> = (1..=4).map(|n| sandbox.ready_task(&format!("Task {n}"))).collect();
    let outside = |sandbox: &Sandbox| -> Vec<String> {
        let world = sandbox.dir().parent().expect("a folder").to_owned();
        let walk = walkdir::WalkDir::new(world).sort_by_file_name().into_iter().flatten();
        let paths = walk.map(|entry| entry.path().display().to_string());
        paths.filter(|path| !path.contains("/repo/.mcp/") && !path.contains("/repo/.git/")).collect()
    };
    let before = outside(&sandbox);
    let mut sent = 0;
    while sent < messages() {
        let mut client = Client::greeted(&sandbox, "noise");
        for batch in 0..20 {
            for _ in 0..25 {
                sent += 1;
                let bytes = message(&mut random, &ids, 1_000_000 + sent as u64);
                client.send_bytes(&bytes);
            }
            // After all of it the server still answers.
            let pong = client.request("ping", json!({}));
            assert_eq!(pong["result"], json!({}), "seed {seed}, batch {batch}, {sent} sent: {pong:#}");
        }
        let (code, stderr) = client.end();
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "seed {seed}, {sent} sent");
    }
    assert_eq!(outside(&sandbox), before);
    let doctor = sandbox.mcp("doctor --json").json();
    assert_eq!(doctor["doctor"]["findings"], json!([]), "{doctor:#}");
}

#[test]
fn noise_before_the_greeting_does_no_harm() {
    let sandbox = Sandbox::with_board();
    let mut client = Client::silent(&sandbox, &[]);
    for line in [
        "garbage",
        "",
        "{}",
        "[]",
        "null",
        "{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"tools/list\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}",
    ] {
        client.send(line);
    }
    assert_eq!(client.initialize("bo", "2025-11-25")["result"]["protocolVersion"], "2025-11-25");
    assert_eq!(client.request("tools/list", json!({}))["result"]["tools"].as_array().map(Vec::len), Some(12));
}
