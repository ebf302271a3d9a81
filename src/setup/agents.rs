//! The agents, and what each of them reads: one table, to be read whole.

use serde_json::{Value, json};

use crate::view::{INSTRUCTIONS, SKILL};

use super::block::Block;
use super::entry::Entry;
use super::part::{Content, Part};

/// An agent that setup knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agent {
    /// By this name it is asked for, and acts on the board.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Paths of which one tells that it is used in a repository.
    pub traces: &'static [&'static str],
    /// What only a person can do.
    pub steps: &'static [&'static str],
}

/// All of them.
pub const AGENTS: &[Agent] = &[
    Agent {
        name: "claude",
        title: "Claude Code",
        traces: &["CLAUDE.md", ".claude", ".mcp.json"],
        steps: &[
            "start `claude` in this folder and trust it: only then does it run the hook in .claude/settings.json",
            "say yes when it asks whether to use the server mcp-handoff of .mcp.json",
        ],
    },
    Agent {
        name: "codex",
        title: "Codex",
        traces: &[".codex"],
        steps: &[
            "trust this project when `codex` asks: only then does it read .codex/config.toml",
            "look at the hook with `/hooks` and trust it; Codex knows it by its hash",
            "in a linked worktree start it with `--add-dir` and the repository's common git dir, so that it can commit",
        ],
    },
    Agent {
        name: "cursor",
        title: "Cursor",
        traces: &[".cursor", ".cursorrules"],
        steps: &[
            "switch the server mcp-handoff on in Cursor's settings; for the command line, start it with `--approve-mcps`",
        ],
    },
    Agent {
        name: "gemini",
        title: "Gemini CLI",
        traces: &["GEMINI.md", ".gemini"],
        steps: &["trust this folder when `gemini` asks, and look at its hook with `/hooks`"],
    },
    Agent {
        name: "opencode",
        title: "opencode",
        traces: &[".opencode", "opencode.json", "opencode.jsonc"],
        steps: &[],
    },
    Agent {
        name: "copilot",
        title: "GitHub Copilot",
        traces: &[".github/copilot-instructions.md"],
        steps: &[
            "its servers are named in ~/.copilot/mcp-config.json, outside this repository; add below `mcpServers`: \
             \"mcp-handoff\": { \"type\": \"local\", \"command\": \"mcp\", \"args\": [\"serve\", \"--stdio\", \"--as\", \"copilot\"], \"tools\": [\"*\"] }",
            "trust this folder when `copilot` asks",
        ],
    },
    Agent {
        name: "amp",
        title: "Amp",
        traces: &[".amp"],
        steps: &["approve the server of this workspace when Amp asks"],
    },
    Agent {
        name: "windsurf",
        title: "Windsurf",
        traces: &[".windsurf", ".windsurfrules"],
        steps: &[
            "its servers are named in ~/.codeium/windsurf/mcp_config.json, outside this repository; add below `mcpServers`: \
             \"mcp-handoff\": { \"command\": \"mcp\", \"args\": [\"serve\", \"--stdio\", \"--as\", \"windsurf\"] }",
        ],
    },
    Agent { name: "agents", title: "any agent that reads AGENTS.md", traces: &["AGENTS.md"], steps: &[] },
];

const SERVER: &str = "mcp-handoff";

/// What the files of a repository say that decides where things go.
pub trait Files {
    /// The text of a file; `None` when there is none that can be read.
    fn text(&self, path: &str) -> Option<String>;
}

impl Agent {
    /// The agent of a name.
    pub fn named(name: &str) -> Option<&'static Agent> {
        AGENTS.iter().find(|agent| agent.name == name)
    }

    /// What is put where for it; `program` is the command that starts us.
    pub fn parts(&self, files: &dyn Files, program: &str) -> Vec<Part> {
        let words = |line: &[&str]| line.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let arguments = words(&["serve", "--stdio", "--as", self.name]);
        let server = json!({ "command": program, "args": arguments });
        let brief = format!("{program} brief --hook {}", self.name);
        let hook = json!({ "type": "command", "command": brief });
        // Not when a session is taken up again: what it was told then still stands in it.
        let start = json!({ "matcher": "startup|clear|compact", "hooks": [hook] });
        let mut parts = vec![self.block("instructions", &self.instructions_file(files), String::new(), instructions())];
        match self.name {
            "claude" => {
                parts.push(self.skill(".claude/skills/mcp-handoff/SKILL.md"));
                parts.push(entry("server", ".mcp.json", &["mcpServers"], Some(SERVER), server));
                parts.push(entry("session hook", ".claude/settings.json", &["hooks", "SessionStart"], None, start));
            }
            "codex" => {
                parts.push(self.skill(".agents/skills/mcp-handoff/SKILL.md"));
                let command = toml(&json!(program));
                let arguments = toml(&json!(arguments));
                let table = format!("[mcp_servers.{SERVER}]\ncommand = {command}\nargs = {arguments}\n");
                let mut block = self.block("server", ".codex/config.toml", String::new(), table);
                if let Content::Block(block) = &mut block.content {
                    block.comment = ("# ", "");
                    block.rivals = vec!["[mcp_servers.mcp-handoff]", "mcp_servers =", "mcp_servers.", "mcp_servers="];
                }
                parts.push(block);
                parts.push(entry("session hook", ".codex/hooks.json", &["hooks", "SessionStart"], None, start));
            }
            "cursor" => {
                parts.push(self.skill(".cursor/skills/mcp-handoff/SKILL.md"));
                parts.push(entry("server", ".cursor/mcp.json", &["mcpServers"], Some(SERVER), server));
                let hook = json!({ "command": brief });
                parts.push(versioned("session hook", ".cursor/hooks.json", &["hooks", "sessionStart"], hook));
            }
            "gemini" => {
                parts.push(self.skill(".agents/skills/mcp-handoff/SKILL.md"));
                parts.push(entry("server", ".gemini/settings.json", &["mcpServers"], Some(SERVER), server));
                let start = json!({ "hooks": [{ "name": SERVER, "type": "command", "command": brief }] });
                parts.push(entry("session hook", ".gemini/settings.json", &["hooks", "SessionStart"], None, start));
            }
            "opencode" => {
                parts.push(self.block("command", ".opencode/commands/mcp-brief.md", command_head(), command_text()));
                let mut command = vec![program.to_owned()];
                command.extend(arguments);
                let server = json!({ "type": "local", "command": command, "enabled": true });
                let is_commented = files.text("opencode.jsonc").is_some() && files.text("opencode.json").is_none();
                let file = if is_commented { "opencode.jsonc" } else { "opencode.json" };
                parts.push(entry("server", file, &["mcp"], Some(SERVER), server));
            }
            "copilot" => {
                parts.push(self.skill(".github/skills/mcp-handoff/SKILL.md"));
                let hook = json!({ "type": "command", "bash": brief, "powershell": brief, "timeoutSec": 30 });
                parts.push(versioned(
                    "session hook",
                    ".github/hooks/mcp-handoff.json",
                    &["hooks", "sessionStart"],
                    hook,
                ));
            }
            "amp" => {
                parts.push(self.skill(".agents/skills/mcp-handoff/SKILL.md"));
                parts.push(entry("server", ".amp/settings.json", &["amp.mcpServers"], Some(SERVER), server));
            }
            "windsurf" => parts.push(self.skill(".windsurf/skills/mcp-handoff/SKILL.md")),
            _ => {}
        }
        parts
    }

    /// The parts at places where an earlier setup may have put them, before somebody moved things about.
    pub fn elsewhere(&self, parts: &[Part]) -> Vec<Part> {
        let others: &[&str] = match self.name {
            "claude" => &["CLAUDE.md", "AGENTS.md"],
            "gemini" => &["GEMINI.md", "AGENTS.md"],
            "opencode" => &["opencode.json", "opencode.jsonc"],
            _ => &[],
        };
        let mut more = Vec::new();
        for part in parts.iter().filter(|part| others.contains(&part.file.as_str())) {
            let files = others.iter().filter(|file| **file != part.file);
            more.extend(files.map(|file| Part { file: (*file).to_owned(), ..part.clone() }));
        }
        more
    }

    /// Where it looks for instructions in this repository: one place only, so that nothing is told twice.
    fn instructions_file(&self, files: &dyn Files) -> String {
        let own = match self.name {
            "claude" => "CLAUDE.md",
            "gemini" => "GEMINI.md",
            _ => return "AGENTS.md".to_owned(),
        };
        let imports = |line: &str| matches!(line.trim(), "@AGENTS.md" | "@./AGENTS.md");
        let is_imported = files.text(own).is_some_and(|text| text.lines().any(imports));
        let settings = files.text(".gemini/settings.json").filter(|_| self.name == "gemini");
        let is_named = settings.is_some_and(|text| {
            let names = serde_json::from_str::<Value>(&text).ok();
            names.is_some_and(|all| all["context"]["fileName"].to_string().contains("\"AGENTS.md\""))
        });
        if is_imported || is_named { "AGENTS.md".to_owned() } else { own.to_owned() }
    }

    fn skill(&self, file: &str) -> Part {
        let (head, _) = SKILL.rsplit_once("---\n").expect("the skill begins with its front matter");
        let text = format!("{}\n", skill_text().trim_end());
        self.block("skill", file, format!("{head}---\n"), text)
    }

    fn block(&self, what: &'static str, file: &str, head: String, text: String) -> Part {
        let comment = ("<!-- ", " -->");
        let block = Block { agent: self.name, comment, head, text, rivals: Vec::new() };
        Part { what, file: file.to_owned(), content: Content::Block(block) }
    }
}

fn instructions() -> String {
    INSTRUCTIONS.to_owned()
}

/// The same instructions, as a text that is read on demand.
fn skill_text() -> String {
    INSTRUCTIONS.replace("## Task board\n", "# Task board\n")
}

fn command_head() -> String {
    "---\ndescription: Work on the next task of the board\n---\n".to_owned()
}

fn command_text() -> String {
    "Run `mcp brief $ARGUMENTS` and do what it says.\n".to_owned()
}

fn entry(what: &'static str, file: &str, path: &[&'static str], key: Option<&'static str>, value: Value) -> Part {
    let signature = "brief --hook ".to_owned();
    let entry = Entry { path: path.to_vec(), key, value, signature, fresh: Vec::new() };
    Part { what, file: file.to_owned(), content: Content::Entry(entry) }
}

/// An element of a file that says which version of its format it has.
fn versioned(what: &'static str, file: &str, path: &[&'static str], value: Value) -> Part {
    let mut part = entry(what, file, path, None, value);
    if let Content::Entry(entry) = &mut part.content {
        entry.fresh = vec![("version", json!(1))];
    }
    part
}

/// A string or list of strings as TOML: what JSON escapes, TOML escapes alike.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(words) => format!("[{}]", words.iter().map(toml).collect::<Vec<_>>().join(", ")),
        word => word.to_string(),
    }
}
