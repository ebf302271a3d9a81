//! Every part of every agent, in files of every kind: what is put in comes out again, byte for byte.

use super::agents::{AGENTS, Files};
use super::part::{Removed, State};

/// A repository without files.
struct Nothing;

impl Files for Nothing {
    fn text(&self, _: &str) -> Option<String> {
        None
    }
}

/// JSON as people write it.
const JSON: &[&str] = &[
    "",
    "{}",
    "{}\n",
    "{ }\n",
    "{\n}\n",
    "{\n\n  \n}",
    "{\n  // nothing yet\n}\n",
    "{ /* a */ }",
    "{\"a\":1}",
    "{\"a\":1,\"b\":[1,2]}\n",
    "{\n  \"a\": 1\n}\n",
    "{\n  \"a\": 1,\n}\n",
    "{\n  \"a\": 1, // why\n}\n",
    "{\n  \"a\": 1 // why, and more\n}\n",
    "{\n  \"a\": 1 /* b, c */\n  // end\n}\n",
    "{\n\t\"a\": {\n\t\t\"b\": true\n\t}\n}\n",
    "{\r\n    \"a\": 1\r\n}\r\n",
    "\u{feff}{\n  \"a\": 1\n}\n",
    "{\n  \"version\": 1\n}\n",
    "{\n  \"version\": 1\n}",
    "{\n  \"version\": 1,\n  \"hooks\": {}\n}\n",
    "{\n  \"mcpServers\": {}\n}\n",
    "{\n  \"mcpServers\": {\n  }\n}\n",
    "{\n  \"mcpServers\": {\n    \"other\": { \"command\": \"x\" }\n  },\n  \"hooks\": {\n    \"SessionStart\": [],\n    \"sessionStart\": []\n  }\n}\n",
    "{\n  \"hooks\": {\n    \"SessionStart\": [\n      { \"hooks\": [{ \"type\": \"command\", \"command\": \"echo hi\" }] }\n    ],\n    \"sessionStart\": [ { \"command\": \"echo\" } ]\n  },\n  \"mcp\": {},\n  \"amp.mcpServers\": { \"x\": {} }\n}\n",
    "{\"mcpServers\":{\"other\":{\"command\":\"x\"}},\"hooks\":{\"SessionStart\":[{}]}}",
    "// head\n{\n  \"hooks\": { // ours\n    \"Stop\": [],\n  },\n}\n// tail\n",
];

/// Text as people write it.
const TEXT: &[&str] = &[
    "",
    "\n",
    "\n\n",
    "# Ours",
    "# Ours\n",
    "# Ours\n\n",
    "# Ours\n\n\n",
    "a = 1\n[b]\nc = 2\n",
    "# Ours\r\n\r\nx\r\n",
    "# Ours\r\n",
    "x\r\n\r\n",
    "\u{feff}# Ours\n",
    "   \n\t",
    "<!-- a comment -->\n```\ncode\n",
];

#[test]
fn what_is_put_in_comes_out_again() {
    for agent in AGENTS {
        for part in agent.parts(&Nothing, "mcp") {
            let is_json = part.file.ends_with(".json");
            let is_alone = part.look(Some("# Ours\n")) != State::Missing && !is_json;
            let samples: &[&str] = if is_alone {
                &[]
            } else if is_json {
                JSON
            } else {
                TEXT
            };
            for before in samples {
                let name = format!("{} {} in {before:?}", agent.name, part.what);
                assert_eq!(part.look(Some(before)), State::Missing, "{name}");
                let with = part.put(Some(before)).unwrap_or_else(|why| panic!("{name}: {why}"));
                assert_eq!(part.look(Some(&with)), State::Current, "{name}\n{with}");
                let again = part.put(Some(&with)).unwrap_or_else(|why| panic!("{name}: {why}"));
                assert_eq!(part.take(&again), Removed::Text((*before).to_owned()), "{name}, put twice\n{again}");
                assert_eq!(part.take(&with), Removed::Text((*before).to_owned()), "{name}\n{with}");
            }
            let with = part.put(None).expect("a new file");
            assert_eq!(part.look(Some(&with)), State::Current, "{with}");
            assert_eq!(part.take(&with), Removed::File, "{with}");
        }
    }
}

#[test]
fn what_others_wrote_meanwhile_stays() {
    for agent in AGENTS {
        for part in agent.parts(&Nothing, "mcp").into_iter().filter(|part| part.file.ends_with(".json")) {
            for before in JSON.iter().filter(|before| before.contains('}')) {
                let with = part.put(Some(before)).expect("put in");
                let at = with.rfind('}').expect("an end");
                let body = with[..at].trim_end();
                let comma = if body.ends_with([',', '{']) || with.contains("//") { continue } else { "," };
                let edited = format!("{body}{comma} \"mine\": 1\n{}", &with[at..]);
                let Removed::Text(left) = part.take(&edited) else { panic!("{edited}") };
                assert!(
                    left.contains("\"mine\": 1") && !left.contains("handoff") && !left.contains("--hook"),
                    "{left}"
                );
                super::json_text::parse(&left).unwrap_or_else(|why| panic!("{why}: {left}\n{edited}"));
            }
        }
    }
}
