//! Every known shape of a token and every spelling of a variable's value, sent through a failing test: none may come out.

use super::digest::{Limits, digest};
use super::format::read;
use super::redact::Secrets;

/// Tokens as templates: `|` is nothing but a seam, `{h40}` stands for forty characters of the alphabet `h`.
const TEMPLATES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tokens.txt"));

/// Secrets that only what stands around them gives away; the part in `<>` must go.
const AROUND: [&str; 26] = [
    "postgres://app:<{a12}>@db.example.test/app",
    "amqp://:<{a12}>@mq.example.test",
    "https://<{h32}>@sentry.example.test/4",
    "Authorization: Bearer <{a24}>",
    "authorization: Basic <{a24}>",
    "\"Authorization\": \"token <{a30}>\"",
    "Server=db;User Id=sa;Password=<{a12}>;Encrypt=true",
    "AccountName=x;AccountKey=<{a88}>",
    "Endpoint=sb://x/;SharedAccessKey=<{a44}>",
    "https://x.example.test/?sv=2024&sig=<{a44}>",
    "https://s3.example.test/k?X-Amz-Signature=<{h64}>",
    "https://hooks.slack.com/services/<T{B8}/B{B8}/{a24}>",
    "https://discord.com/api/webhooks/{d18}/<{a68}>",
    "X-Api-Key: <{a32}>",
    "Cookie: session=<{a32}>",
    "aws_secret_access_key = <{a40}>",
    "\"client_secret\": \"<{a32}>\"",
    "api_key='<{h32}>'",
    "DB_PASSWORD=<{a12}>",
    "{ token: '<{a20}>' }",
    "{\\\"secret\\\":\\\"<{a20}>\\\"}",
    "-----BEGIN RSA PRIVATE |KEY-----\n<{a64}>\n<{a64}>\n-----END RSA PRIVATE |KEY-----",
    "-----BEGIN OPENSSH PRIVATE |KEY-----\n<{a70}>\n<{a70}>",
    "<{a64}>\n<{a64}>\n-----END PRIVATE |KEY-----",
    "<{a64}>\n<{a64}>\n<{a6}==>\n-----END EC PRIVATE |KEY-----",
    "-----BEGIN PRIVATE |KEY-----\\n<{a64}>\\n<{a20}>\\n-----END PRIVATE |KEY-----\\n",
];

/// Names of variables and templates of their values.
const ENVIRONMENT: [(&str, &str); 22] = [
    ("DATABASE_PASSWORD", "correct horse/battery+staple"),
    ("API_TOKEN", "{a16}"),
    ("STRIPE_SECRET", "{h24}"),
    ("PGPASSWORD", "pa%ss\"wo\\rd"),
    ("SERVICE_APIKEY", "{a10}"),
    ("SERVICE_API_KEY", "{b12}"),
    ("SIGNING_PRIVATE", "{a30}"),
    ("CREDENTIALS", "user:{a12}"),
    ("PROXY_AUTH", "{a9}"),
    ("AWS_SECRET_ACCESS_KEY", "{a20}/{a19}"),
    ("SENTRY_DSN", "tcp://{h20}:x@host"),
    ("ENCRYPTION_KEY", "{a43}="),
    ("npm_config__authToken", "{a22}"),
    ("REDIS_URL", "redis://default:{a14}@cache.example.test:6379"),
    ("JWT_SECRET", "größe-{a10}"),
    ("SSH_PASSPHRASE", "{b8} {b8}"),
    ("OAUTH_CLIENT_SECRET", "{a12}~{a12}"),
    ("MAIL_PASS", "{a8}'{a4}"),
    ("COOKIE_SECRET", "{d12}"),
    ("GPG_PRIVATE_KEY", "{a40}\n{a40}"),
    ("VAULT_ACCESS_KEY", "{a18}"),
    ("DEPLOY_KEY", "{a6}"),
];

fn alphabet(letter: char) -> &'static [u8] {
    match letter {
        'h' => b"0123456789abcdef",
        'd' => b"123456789",
        'b' => b"abcdefghijkmnpqrstuvwxyz23456789",
        'B' => b"ABCDEFGHJKLMNPQRSTUVWXYZ234567",
        _ => b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789",
    }
}

/// Fills a template in.
fn filled(template: &str, random: &mut fastrand::Rng) -> String {
    let mut out = String::new();
    let template = template.replace('|', "");
    let mut rest = template.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let field = after.split_once('}').and_then(|(field, after)| {
            let count: usize = field.get(1..)?.parse().ok()?;
            Some((field.chars().next()?, count, after))
        });
        out.push_str(before);
        let Some((letter, count, after)) = field else {
            out.push('{');
            rest = after;
            continue;
        };
        let letters = alphabet(letter);
        out.extend((0..count).map(|_| char::from(letters[random.usize(..letters.len())])));
        rest = after;
    }
    out + rest
}

/// Sends a text through a failing test of each of two runners, and returns all that would be shown.
fn shown(text: &str, secrets: &Secrets) -> String {
    let quoted = text.replace('\n', "\nE   ");
    let outputs = [
        format!(
            "---- leaks stdout ----\n\nthread 'leaks' (7) panicked at src/lib.rs:3:5:\n{text}\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\nfailures:\n    leaks\n"
        ),
        format!(
            "=== FAILURES ===\n____ test_leaks[{}] ____\nE   {quoted}\n\ntests/test_a.py:3: Error\n=== 1 failed in 0.1s ===\n",
            if text.contains('\n') { "" } else { text }
        ),
        format!("nothing known\n{text}\n"),
    ];
    let mut out = secrets.mask(text);
    for output in outputs {
        let digest = digest(&read(&output, &[]), secrets, &[], &Limits { failures: 10, bytes: 100_000 });
        assert!(!digest.is_empty());
        out += &format!("\n{}\n{}", digest.markdown(), digest.lines().join("\n"));
    }
    out
}

#[test]
fn no_known_token_comes_out() {
    let mut random = fastrand::Rng::with_seed(7);
    let secrets = Secrets::default();
    let mut leaks = Vec::new();
    for template in TEMPLATES.lines() {
        let token = filled(template, &mut random);
        for text in
            [format!("expected {token}, found nothing"), format!("{{\"value\":\"{token}\"}}"), format!("left: {token}")]
        {
            if shown(&text, &secrets).contains(&token) {
                leaks.push(text);
            }
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[test]
fn nothing_comes_out_that_its_surroundings_give_away() {
    let mut random = fastrand::Rng::with_seed(8);
    let mut leaks = Vec::new();
    for template in AROUND {
        let text = filled(template, &mut random);
        let plain = text.replace(['<', '>'], "");
        let out = shown(&plain, &Secrets::default());
        leaks.extend(
            text.split('<')
                .skip(1)
                .filter_map(|part| part.split('>').next())
                .filter(|secret| out.contains(secret))
                .map(|_| text.clone()),
        );
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[test]
fn no_value_of_a_secret_variable_comes_out_in_any_spelling() {
    let mut random = fastrand::Rng::with_seed(9);
    let environment: Vec<(&str, String)> =
        ENVIRONMENT.iter().map(|(name, value)| (*name, filled(value, &mut random))).collect();
    let secrets = Secrets::new(environment.iter().map(|(name, value)| (*name, value.as_str())));
    let mut leaks = Vec::new();
    for (name, value) in &environment {
        let secret =
            value.split_once("default:").map_or(value.as_str(), |(_, rest)| rest.split('@').next().unwrap_or(rest));
        let percent = |hex: fn(u8) -> String| -> String {
            let byte = |byte: u8| {
                let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
                if plain { char::from(byte).to_string() } else { hex(byte) }
            };
            secret.bytes().map(byte).collect()
        };
        let spellings = [
            secret.to_owned(),
            format!("{secret:?}").trim_matches('"').to_owned(),
            percent(|byte| format!("%{byte:02X}")),
            percent(|byte| format!("%{byte:02x}")),
            secret.replace('/', "\\/"),
        ];
        for spelling in spellings {
            let out = shown(&format!("it was {spelling} before"), &secrets);
            if out.contains(&spelling) {
                leaks.push(format!("{name}: {spelling}"));
            }
        }
        for line in secret.lines() {
            let start: String = line.chars().take(line.chars().count() * 3 / 4 + 1).collect();
            if start.chars().count() > 6
                && secret.chars().count() > 6
                && shown(&format!("AssertionError: '{start}..."), &secrets).contains(&start)
            {
                leaks.push(format!("{name}: {start}..."));
            }
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[test]
fn base64_of_a_value_does_not_come_out_wherever_it_stands() {
    let secrets = Secrets::new([("API_TOKEN", "s3cr3t-value")]);
    let spellings =
        ["czNjcjN0LXZhbHVl", "eDpzM2NyM3QtdmFsdWU=", "dXNlcjpzM2NyM3QtdmFsdWU=", "YTpzM2NyM3QtdmFsdWU6Yg=="];
    for spelling in spellings {
        let masked = secrets.mask(spelling);
        assert!(masked.contains("***") && masked.len() < 16, "{spelling} became {masked}");
    }
}

#[test]
fn leaves_alone_what_is_no_secret() {
    let environment = [
        ("AUTH_ENABLED", "enabled"),
        ("TOKEN_LIMIT", "4096"),
        ("SSH_AUTH_SOCK", "/tmp/ssh-1/agent.7"),
        ("GIT_AUTHOR_NAME", "Ada Lovelace"),
        ("PWD", "/home/ada/project"),
        ("HOME", "/home/ada"),
        ("API_KEY", "short"),
        ("MONKEY", "bananas"),
        ("KEYBOARD", "qwertz"),
        ("SECRET_FILE", "./config/secret.yaml"),
        ("USE_TOKEN", "false"),
    ];
    let secrets = Secrets::new(environment);
    let text = "\
commit 4f2c1e09a7b35d2280c1de5f6a7b8c9d0e1f2a3b (tree 9f1c2ab4), short 4f2c1e0
id 123e4567-e89b-12d3-a456-426614174000, sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
/home/ada/project/src/token/secret_store.rs:12:5 and ~/.cargo/registry/src/index/sk-learn-0.1/src/key-value.rs
assertion `left == right` failed: token kind
  left: Token::Identifier
 right: Token { kind: Number, span: 12..14 }
expected token `;`, found `}` at C:\\project\\auth.rs; password: required; secret = None; key = \"name\"
PASSWORD must not be empty, api_key: &str, access_token: Option<String>, token=null
https://example.test/docs?page=2#anchor, http://localhost:8080/a@b, mailto:ada@example.test, git@example.test:ada/x.git
0x7ffd3c1a2b48 took 0.123456s on 127.0.0.1:5432, test tests::re_exports_everything_in_the_prelude ... ok
enabled 4096 short bananas qwertz Ada Lovelace false npm_lifecycle_event npm_config_user_agent hf_hub_download
cargo test -p ledger --lib -- tests::sk_is_not_a_key; eyJust a word; Basic authentication required; Bearer of news
aria-labelledby=\"cart-0\" data-key=\"row-1\" snapshot 3f786850e387550fdab836ed7e6dc881de23001b";
    let masked = secrets.mask(text);
    for (line, masked) in text.lines().zip(masked.lines()) {
        assert_eq!(masked, line);
    }
}
