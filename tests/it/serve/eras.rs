//! Both ways of beginning: the handshake of the versions up to 2025-11-25, and none at all.

use serde_json::json;

use super::super::support::Sandbox;
use super::client::Client;

#[test]
fn greets_each_version_in_its_own_way() {
    let sandbox = Sandbox::with_board();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::silent(&sandbox, &[]);
        let answer = client.initialize("bo", version);
        assert_eq!(answer["result"]["protocolVersion"], version);
        assert_eq!(answer["result"]["serverInfo"]["name"], "mcp-handoff");
        assert!(client.request("tools/list", json!({}))["result"].get("resultType").is_none());
        assert_eq!(client.end(), (Some(0), String::new()));
    }
}

#[test]
fn an_unknown_version_is_answered_with_the_newest_of_the_handshake() {
    let sandbox = Sandbox::with_board();
    for version in ["1999-01-01", "2099-12-31", "2026-07-28", "nonsense"] {
        let mut client = Client::silent(&sandbox, &[]);
        assert_eq!(client.initialize("bo", version)["result"]["protocolVersion"], "2025-11-25", "{version}");
    }
}

#[test]
fn without_a_handshake_each_request_says_its_version() {
    let sandbox = Sandbox::with_board();
    let mut client = Client::modern(&sandbox, "bo");
    let found = client.request("server/discover", json!({}));
    let versions = found["result"]["supportedVersions"].as_array().expect("a list");
    assert!(versions.contains(&json!("2026-07-28")) && versions.contains(&json!("2024-11-05")), "{found:#}");
    let tools = client.request("tools/list", json!({}));
    assert_eq!(tools["result"]["resultType"], "complete");
    let silent = client.request("ping", json!({}));
    assert_eq!(silent["error"]["code"], -32601, "that version has no ping: {silent:#}");
}

#[test]
fn an_unknown_version_without_a_handshake_is_refused_with_the_known_ones() {
    let sandbox = Sandbox::with_board();
    let mut client = Client::silent(&sandbox, &[]);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2099-01-01",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "bo", "version": "1" },
    });
    let answer = client.request("tools/list", json!({ "_meta": meta }));
    assert_eq!(answer["error"]["data"]["requested"], "2099-01-01", "{answer:#}");
    assert!(answer["error"]["data"]["supported"].as_array().is_some_and(|all| all.len() == 5), "{answer:#}");
}

#[test]
fn a_client_that_goes_at_once_is_nobodys_error() {
    let sandbox = Sandbox::with_board();
    assert_eq!(Client::silent(&sandbox, &[]).end(), (Some(0), String::new()));
}
