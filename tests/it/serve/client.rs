//! A client of the protocol that speaks plain JSON lines, so that tests see what really goes over the pipes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::support::Sandbox;

/// A server, and the pipes to it.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    next: u64,
    meta: Option<Value>,
    /// What came that was no answer.
    pub notifications: Vec<Value>,
}

/// How long an answer may take before the server counts as hung. No answer is waited for that long.
const HUNG: Duration = Duration::from_secs(120);

impl Client {
    /// A server that nobody has said anything to yet.
    pub fn silent(sandbox: &Sandbox, arguments: &[&str]) -> Client {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(arguments).args(["serve", "--stdio"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                if line.is_ok_and(|line| sender.send(line).is_ok()) {
                    continue;
                }
                break;
            }
        });
        // No number that noise would hit on.
        Client { child, stdin, lines, next: 7_000_000_001, meta: None, notifications: Vec::new() }
    }

    /// A server that was greeted in the way of the handshake.
    pub fn greeted(sandbox: &Sandbox, name: &str) -> Client {
        let mut client = Client::silent(sandbox, &[]);
        let answer = client.initialize(name, "2025-11-25");
        assert_eq!(answer["result"]["protocolVersion"], "2025-11-25");
        client
    }

    /// A server that is spoken to without a handshake, as the newest version wants it.
    pub fn modern(sandbox: &Sandbox, name: &str) -> Client {
        let mut client = Client::silent(sandbox, &[]);
        client.meta = Some(json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": name, "version": "1" },
        }));
        client
    }

    pub fn initialize(&mut self, name: &str, version: &str) -> Value {
        let client = json!({ "name": name, "version": "1" });
        let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let answer = self.request("initialize", params);
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        answer
    }

    /// Sends a line as it is.
    pub fn send(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("open");
        // A server that has gone is seen by its silence.
        let _ = stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush());
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("open");
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    /// Sends a request, and gives its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.answer(id)
    }

    /// Sends a request, and gives its number.
    pub fn begin(&mut self, method: &str, mut params: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    /// Waits for the answer to a request.
    pub fn answer(&mut self, id: u64) -> Value {
        loop {
            let line = self.lines.recv_timeout(HUNG).unwrap_or_else(|error| panic!("no answer to {id}: {error}"));
            let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if message["id"] == id {
                return message;
            }
            self.notifications.push(message);
        }
    }

    /// Calls a tool, and gives its result.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert!(answer.get("error").is_none(), "{tool}: {answer:#}");
        answer["result"].clone()
    }

    /// Calls a tool that must succeed, and gives its document.
    pub fn document(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_ne!(result["isError"], true, "{tool}: {result:#}");
        result["structuredContent"].clone()
    }

    /// Calls a tool that must refuse, and gives the refusal.
    pub fn refusal(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{tool}: {result:#}");
        let text = result["content"][0]["text"].as_str().expect("a text");
        serde_json::from_str::<Value>(text).expect("JSON")["error"].clone()
    }

    /// Closes stdin, and gives the exit code and what stood on stderr.
    pub fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let output = self.child.wait_with_output().expect("an end");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
