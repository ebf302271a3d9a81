//! An agent that knows nothing but the descriptions of the tools, and what they say.

use serde_json::{Value, json};

use super::super::support::Sandbox;
use super::client::Client;

/// The tool whose description says so.
fn tool(tools: &Value, words: &str) -> String {
    let list = tools["tools"].as_array().expect("a list");
    let says = |tool: &&Value| tool["description"].as_str().is_some_and(|text| text.contains(words));
    let found: Vec<_> = list.iter().filter(says).collect();
    assert_eq!(found.len(), 1, "one tool says `{words}`");
    found[0]["name"].as_str().expect("a name").to_owned()
}

/// The text of a part of a brief.
fn part<'a>(brief: &'a Value, name: &str) -> &'a str {
    let parts = brief["brief"]["parts"].as_array().expect("a list");
    parts.iter().find(|part| part["name"] == name).map_or("", |part| part["text"].as_str().expect("a text"))
}

#[test]
fn an_agent_that_knows_only_the_tools_finishes_a_task() {
    let sandbox = Sandbox::with_board();
    sandbox.write("check.sh", "grep -q two code.txt || { echo 'not ok 1 - code.txt says two'; exit 1; }\n");
    sandbox.git("commit -q -a -m checks");
    let id = sandbox.ready_task("Let code.txt say two");
    let mut client = Client::greeted(&sandbox, "cursor-vscode");
    let tools = client.request("tools/list", json!({}))["result"].clone();
    let [start, brief, take, change, finish] = [
        tool(&tools, "Start here."),
        tool(&tools, "All you need to work on one task"),
        tool(&tools, "Take a ready task and start work on it."),
        tool(&tools, "tick boxes"),
        tool(&tools, "Finish a task that is in review."),
    ];
    let number = regex::Regex::new(r"(?m)^- \[ \] (\d+)\.").expect("a pattern");
    let mut done = Vec::new();
    for _ in 0..8 {
        let next = client.document(&start, json!({}));
        let Some(id) = next["tasks"][0]["id"].as_str().map(str::to_owned) else { break };
        let how = next["why"].as_str().expect("a step").to_owned();
        if how.starts_with("take it") {
            client.document(&take, json!({ "id": id }));
            done.push("taken".to_owned());
            continue;
        }
        if how.starts_with("nothing is missing") {
            client.document(&finish, json!({ "id": id }));
            done.push("finished".to_owned());
            continue;
        }
        let told = client.document(&brief, json!({ "id": id }));
        let has_failed = part(&told, "failure").contains("code.txt says two");
        sandbox.write("code.txt", if has_failed { "two\n" } else { "three\n" });
        let boxes: Vec<u64> =
            number.captures_iter(part(&told, "criteria")).map(|found| found[1].parse().expect("a number")).collect();
        if !boxes.is_empty() {
            client.document(&change, json!({ "id": id, "check": boxes }));
        }
        let mut commit = sandbox.command("git");
        commit.env("MCP_AGENT", "cursor").args(["commit", "-q", "-a", "-m", "work"]);
        let commit = sandbox.run(commit);
        done.push(format!("committed: {}", commit.code.expect("an end")));
    }
    assert_eq!(sandbox.state_of(&id), "done");
    insta::assert_snapshot!(done.join(", "), @"taken, committed: 1, committed: 0, finished");
    assert_eq!(client.end(), (Some(0), String::new()));
}
