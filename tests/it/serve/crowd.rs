//! Eight clients of the protocol and eight commands at once on one board.

use std::process::Stdio;

use serde_json::json;

use super::super::support::Sandbox;
use super::client::Client;

const CLIENTS: [&str; 8] = ["ada1", "bo1", "cy1", "dee1", "eli1", "fay1", "gus1", "hal1"];
const COMMANDS: [&str; 8] = ["ada2", "bo2", "cy2", "dee2", "eli2", "fay2", "gus2", "hal2"];

#[test]
fn sixteen_workers_by_two_doors_have_one_winner_a_task() {
    let sandbox = Sandbox::with_board();
    let ids: Vec<String> = (1..=6).map(|n| sandbox.ready_task(&format!("Task {n}"))).collect();
    let mut clients: Vec<Client> = CLIENTS.iter().map(|name| Client::greeted(&sandbox, name)).collect();
    for id in &ids {
        let commands: Vec<_> = COMMANDS
            .iter()
            .map(|name| {
                let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
                command.env("MCP_AGENT", name).args(["--json", "claim", id]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process")
            })
            .collect();
        let arguments = json!({ "name": "claim_task", "arguments": { "id": id } });
        let calls: Vec<u64> = clients.iter_mut().map(|client| client.begin("tools/call", arguments.clone())).collect();
        let mut winners = Vec::new();
        let mut told = Vec::new();
        for (name, child) in COMMANDS.iter().zip(commands) {
            let run = sandbox.ended(child);
            match run.code {
                Some(0) => winners.push((*name).to_owned()),
                code => told.push((code == Some(4), run.json()["error"]["code"].clone())),
            }
        }
        for ((name, client), call) in CLIENTS.iter().zip(&mut clients).zip(calls) {
            let result = client.answer(call)["result"].clone();
            if result["isError"] == true {
                let error: serde_json::Value =
                    serde_json::from_str(result["content"][0]["text"].as_str().expect("a text")).expect("JSON");
                told.push((true, error["error"]["code"].clone()));
            } else {
                winners.push((*name).to_owned());
            }
        }
        assert_eq!(winners.len(), 1, "{id}: {winners:?}");
        assert!(told.iter().all(|(is_right, code)| *is_right && code == "held_by_another"), "{id}: {told:?}");
        assert!(sandbox.read(&sandbox.file_of(id)).contains(&format!("\nassignee: {}\n", winners[0])));
    }
    // Different things at once: nobody is in anybody's way.
    let notes: Vec<u64> = clients
        .iter_mut()
        .enumerate()
        .map(|(n, client)| {
            let arguments = json!({ "id": ids[0], "note": format!("client {n}") });
            client.begin("tools/call", json!({ "name": "update_task", "arguments": arguments }))
        })
        .collect();
    let commands: Vec<_> = COMMANDS
        .iter()
        .map(|name| {
            let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
            command.env("MCP_AGENT", name).args(["--json", "note", &ids[0], "-m", &format!("command {name}")]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process")
        })
        .collect();
    for child in commands {
        let _ = sandbox.ended(child).success();
    }
    for (client, call) in clients.iter_mut().zip(notes) {
        let answer = client.answer(call);
        assert_ne!(answer["result"]["isError"], true, "{answer:#}");
    }
    let text = sandbox.read(&sandbox.file_of(&ids[0]));
    assert_eq!(text.matches(" note: ").count(), 16, "{text}");
    for client in clients {
        assert_eq!(client.end(), (Some(0), String::new()));
    }
}
