//! Secrets that a failing check prints reach no committed byte: no object, no cell, no task file, and not the terminal.

use std::collections::BTreeMap;

use crate::support::Sandbox;

/// Shapes of tokens: `|` is a seam that keeps them out of this repository, `{h40}` forty characters of the alphabet `h`.
const TOKENS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tokens.txt"));

/// Variables whose names promise a secret; their values have no shape.
const VARIABLES: [&str; 24] = [
    "API_TOKEN",
    "GITHUB_TOKEN",
    "NPM_TOKEN",
    "DB_PASSWORD",
    "PGPASSWORD",
    "MYSQL_PWD",
    "REDIS_PASS",
    "SECRET_KEY",
    "DJANGO_SECRET",
    "JWT_SECRET",
    "AWS_SECRET_ACCESS_KEY",
    "AZURE_CLIENT_SECRET",
    "STRIPE_KEY",
    "SENTRY_DSN",
    "BASIC_AUTH",
    "SESSION_COOKIE",
    "GPG_PASSPHRASE",
    "SSH_PRIVATE_KEY",
    "SERVICE_CREDENTIALS",
    "OPENAI_APIKEY",
    "BOT_PAT",
    "SIGNING_KEY",
    "VAULT_TOKENS",
    "ROOT_PASSWD",
];

/// As many lines of an output nobody knows as surely stand in the task's file.
const AT_ONCE: usize = 6;

fn letters(alphabet: char) -> &'static [u8] {
    match alphabet {
        'h' => b"0123456789abcdef",
        'd' => b"123456789",
        'b' => b"abcdefghijkmnpqrstuvwxyz23456789",
        'B' => b"ABCDEFGHJKLMNPQRSTUVWXYZ234567",
        _ => b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789",
    }
}

fn filled(template: &str, random: &mut fastrand::Rng) -> String {
    let fields = regex::Regex::new(r"\{([a-zA-Z])(\d+)\}").expect("a pattern");
    let template = template.replace('|', "");
    let fill = |field: &regex::Captures<'_>| -> String {
        let alphabet = letters(field[1].chars().next().expect("a letter"));
        let count: usize = field[2].parse().expect("a number");
        (0..count).map(|_| char::from(alphabet[random.usize(..alphabet.len())])).collect()
    };
    fields.replace_all(&template, fill).into_owned()
}

/// A word that tells one line from another, with no digit.
fn word(number: usize) -> String {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).expect("a letter"));
    format!("{}{}{}", letter(number / 26), letter(number), letter(number / 3))
}

#[test]
fn no_secret_of_a_failing_commit_reaches_a_committed_byte() {
    let sandbox = Sandbox::with_board();
    let leak = sandbox.home().join("leak.txt");
    sandbox.set_checks(&[("tests", &format!("cat '{}'; exit 1", leak.display()))]);
    sandbox.git("commit -q -a -m checks");
    let id = sandbox.claimed_task("Leak");
    let mut random = fastrand::Rng::with_seed(11);
    let values: BTreeMap<&str, String> = VARIABLES.iter().map(|name| (*name, filled("{a14}", &mut random))).collect();
    let tokens = TOKENS.lines().map(|template| filled(template, &mut random));
    let secrets: Vec<String> = tokens.chain(values.values().cloned()).collect();
    let mut told = String::new();
    for (round, chunk) in secrets.chunks(AT_ONCE).enumerate() {
        let line = |(at, secret): (usize, &String)| format!("line {} says {secret} end\n", word(round * AT_ONCE + at));
        fs_err::write(&leak, chunk.iter().enumerate().map(line).collect::<String>()).expect("a file");
        sandbox.write("code.txt", &format!("{round}\n"));
        let mut commit = sandbox.command("git");
        commit.envs(&values).env("MCP_TASK", &id).args(["commit", "-q", "-a", "-m", "work"]);
        told.push_str(&sandbox.run(commit).code(1).to_string());
    }
    let text = sandbox.read(&sandbox.file_of(&id));
    for number in 0..secrets.len() {
        let line = format!("line {} says *** end", word(number));
        assert!(text.contains(&line), "{line} is missing in {text}");
    }
    // Then it is committed, with everything that the board and its cells hold.
    sandbox.set_checks(&[("tests", "true")]);
    sandbox.git("add -A");
    let mut commit = sandbox.command("git");
    commit.envs(&values).env("MCP_TASK", &id).args(["commit", "-q", "-m", "work"]);
    let _ = sandbox.run(commit).success();
    let mut cat = sandbox.command("git");
    let objects = cat.args(["cat-file", "--batch-all-objects", "--batch"]).output().expect("a process").stdout;
    let objects = String::from_utf8_lossy(&objects);
    let leaked = |secret: &&String| objects.contains(secret.as_str()) || told.contains(secret.as_str());
    assert_eq!(secrets.iter().filter(leaked).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(objects.contains(&format!("line {} says *** end", word(0))), "the task's file is among the objects");
    assert!(TOKENS.lines().count() >= 60 && VARIABLES.len() >= 20);
}
