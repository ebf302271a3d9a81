//! The tools: what an agent does with a board, each with the schemas of what goes in and what comes out; one table, to be read whole.

use serde_json::{Value, json};

/// How a tool acts on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// It only reads.
    Reads,
    /// It adds or moves; nothing is lost, and a retry is safe.
    Writes,
    /// It ends somebody's hold on a task.
    Ends,
}

/// One tool.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// What it does and when to use it.
    pub description: &'static str,
    /// How it acts.
    pub acts: Acts,
    /// The properties of its arguments, and which of them are required.
    input: fn() -> (Value, &'static [&'static str]),
    /// The document that comes out.
    output: Output,
}

/// The documents that tools give; `docs/json/` has them in full.
#[derive(Clone, Copy, Debug)]
enum Output {
    Event,
    Tasks,
    Task,
    Brief,
    Check,
}

/// All of them, in the order of a task's life.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "next_task",
        description: "What to do now and how: your returned or unfinished work, a review, a free task. Start here.",
        acts: Acts::Reads,
        input: || (json!({ "explain": flag("Also name every task passed over, and why") }), &[]),
        output: Output::Tasks,
    },
    Tool {
        name: "brief_task",
        description: "All you need to work on one task, within a token budget: next step, goal, open criteria, last failure, \
                      files, questions, checks. Without id: the task that next_task names.",
        acts: Acts::Reads,
        input: || {
            let budget = json!({ "type": "integer", "minimum": 600, "description": "Tokens, 2000 by default" });
            (json!({ "id": id(), "budget": budget, "files": flag("Add the text of the files it names") }), &[])
        },
        output: Output::Brief,
    },
    Tool {
        name: "show_task",
        description: "One task, whole: every section, criterion, failure, commit and log line. brief_task is shorter.",
        acts: Acts::Reads,
        input: || (json!({ "id": id() }), &["id"]),
        output: Output::Task,
    },
    Tool {
        name: "search_tasks",
        description: "List tasks: open ones by default; those whose text has all the words; or those of some states.",
        acts: Acts::Reads,
        input: || {
            let states = json!({ "type": "array", "items": { "enum": ["pending", "ready", "in-progress", "review", "done", "failed"] } });
            let limit = json!({ "type": "integer", "minimum": 1, "description": "50 by default" });
            (json!({ "words": text("Words that must all occur"), "states": states, "limit": limit }), &[])
        },
        output: Output::Tasks,
    },
    Tool {
        name: "create_task",
        description: "Write a new task down. With goal and criteria, `ready` lets it be claimed at once.",
        acts: Acts::Writes,
        input: || {
            (
                json!({
                    "title": text("What is to be done, in a few words"),
                    "goal": text("What should be true when it is done, and why"),
                    "criteria": list("Acceptance criteria, each checkable"),
                    "priority": { "enum": ["P0", "P1", "P2"] },
                    "kind": text("Template: feature, bug, chore, docs, tdd, research, ops"),
                    "labels": list("Labels"),
                    "depends_on": list("Ids of tasks that must be done first"),
                    "needs": list("Capabilities that a worker must have"),
                    "parent": text("Id of the task of which it is a part"),
                    "body": text("Markdown whose `## …` sections replace those of the template"),
                    "ready": flag("Make it ready at once"),
                }),
                &["title"],
            )
        },
        output: Output::Event,
    },
    Tool {
        name: "prepare_task",
        description: "Make a pending task ready to be claimed, filling in its sections first if given.",
        acts: Acts::Writes,
        input: || {
            let sections =
                text("Markdown with `## Goal`, `## Acceptance criteria` (`- [ ] …`), `## Files affected`, …");
            (json!({ "id": id(), "sections": sections }), &["id"])
        },
        output: Output::Event,
    },
    Tool {
        name: "claim_task",
        description: "Take a ready task and start work on it. Exactly one of several callers gets it. Without id: the next one.",
        acts: Acts::Writes,
        input: || (json!({ "id": id(), "branch": flag("Switch to a branch task/<id>") }), &[]),
        output: Output::Event,
    },
    Tool {
        name: "update_task",
        description: "Change one thing about a task: tick boxes and set keys, or add a note, or ask a question (the task then waits \
                      for the answer), or answer one, or block or unblock it.",
        acts: Acts::Writes,
        input: || {
            let boxes = |what: &str| json!({ "type": "array", "items": { "type": "integer", "minimum": 1 }, "description": what });
            let set = json!({ "type": "object", "additionalProperties": { "type": "string" },
                "description": "Keys of the front matter, such as priority; an empty value takes one out" });
            (
                json!({
                    "id": id(),
                    "check": boxes("Numbers of criteria that are met"),
                    "uncheck": boxes("Numbers of criteria that are not"),
                    "set": set,
                    "note": text("What the next worker should know"),
                    "ask": text("A question for a person"),
                    "answer": text("The answer to an open question"),
                    "question": { "type": "integer", "minimum": 1, "description": "Which question, if several are open" },
                    "block": text("Why it cannot go on"),
                    "unblock": flag("It can go on"),
                }),
                &["id"],
            )
        },
        output: Output::Event,
    },
    Tool {
        name: "run_checks",
        description: "Run the board's checks on what `git add -A` would commit, and keep the evidence. Moves nothing. \
                      Commit with git yourself: a passing commit moves the task to review.",
        acts: Acts::Writes,
        input: || {
            (
                json!({ "staged": flag("Check what is staged instead"), "all": flag("Also checks that are asked for later") }),
                &[],
            )
        },
        output: Output::Check,
    },
    Tool {
        name: "review_task",
        description: "request: hand your committed work over. approve, reject: the verdict on somebody else's work; a rejection says why.",
        acts: Acts::Writes,
        input: || {
            let action = json!({ "enum": ["request", "approve", "reject"] });
            (
                json!({ "id": id(), "action": action, "message": text("What to say with the verdict") }),
                &["id", "action"],
            )
        },
        output: Output::Event,
    },
    Tool {
        name: "complete_task",
        description: "Finish a task that is in review. Needs every box ticked, no open question, passing checks, and an approval where one is asked for.",
        acts: Acts::Writes,
        input: || (json!({ "id": id() }), &["id"]),
        output: Output::Event,
    },
    Tool {
        name: "release_or_fail_task",
        description: "release: let go of a task, for anybody. fail: give it up. retry: make a failed one ready again.",
        acts: Acts::Ends,
        input: || {
            let action = json!({ "enum": ["release", "fail", "retry"] });
            (json!({ "id": id(), "action": action, "reason": text("Why") }), &["id", "action"])
        },
        output: Output::Event,
    },
];

impl Tool {
    /// As `tools/list` tells it.
    pub fn listing(&self) -> Value {
        let (mut properties, required) = (self.input)();
        properties["project_root"] = text("Absolute path of the repository, if not the server's own");
        let mut input = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            input["required"] = json!(required);
        }
        json!({
            "name": self.name,
            "description": self.description,
            "inputSchema": input,
            "outputSchema": self.output.schema(),
            "annotations": {
                "readOnlyHint": self.acts == Acts::Reads,
                "destructiveHint": self.acts == Acts::Ends,
                "idempotentHint": true,
                "openWorldHint": false,
            },
        })
    }
}

impl Output {
    fn schema(self) -> Value {
        let task = || {
            json!({ "type": "object", "required": ["id", "title", "state"], "properties": {
                "id": { "type": "string" }, "title": { "type": "string" }, "state": { "type": "string" } } })
        };
        let string = || json!({ "type": "string" });
        let (required, properties) = match self {
            Output::Event => (
                ["event", "noop", "task"].as_slice(),
                json!({ "event": string(), "noop": { "type": "boolean" }, "task": task() }),
            ),
            Output::Tasks => (
                ["tasks", "problems"].as_slice(),
                json!({ "tasks": { "type": "array", "items": task() }, "problems": { "type": "array" }, "why": string() }),
            ),
            Output::Task => (["task"].as_slice(), json!({ "task": task() })),
            Output::Brief => (
                ["brief"].as_slice(),
                json!({ "brief": { "type": "object", "required": ["task", "text"],
                    "properties": { "task": string(), "text": string() } } }),
            ),
            Output::Check => (
                ["check"].as_slice(),
                json!({ "check": { "type": "object", "required": ["passed", "failures"],
                    "properties": { "passed": { "type": "boolean" }, "failures": { "type": "array", "items": string() } } } }),
            ),
        };
        let mut schema = json!({ "type": "object", "properties": properties, "required": required });
        schema["properties"]["project_root"] = string();
        schema["required"].as_array_mut().expect("a list").push(json!("project_root"));
        schema
    }
}

fn id() -> Value {
    text("Any unique start of the task's id")
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn list(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}
