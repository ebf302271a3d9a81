//! Every known shape of a token and every spelling of a variable's value, sent through a failing test: none may come out.

use super::digest::{Limits, digest};
use super::format::read;
use super::redact::Secrets;

/// Tokens as templates: `|` is nothing but a seam, `{h40}` stands for forty characters of the alphabet `h`.
const TEMPLATES: [&str; 104] = [
    "AK|IA{B16}",
    "AS|IA{B16}",
    "AB|SK{a48}",
    "AI|za{a35}",
    "ya|29.{a60}",
    "GOC|SPX-{a28}",
    "1/|/0{a40}",
    "abc8|Q~{a34}",
    "LT|AI{a20}",
    "AK|ID{a32}",
    "dop|_v1_{h64}",
    "doo|_v1_{h64}",
    "HR|KU-AA{a58}",
    "v1|.0-{h24}-{h146}",
    "cfu|t_{a40}",
    "fo|1_{a43}",
    "nf|p_{a36}",
    "vercel_bl|ob_rw_{a16}_{a30}",
    "rn|d_{a32}",
    "pu|l-{h40}",
    "{a14}.atl|asv1.{a67}",
    "hv|s.{a24}",
    "hv|b.{a90}",
    "dp.|pt.{a43}",
    "dp.|st.dev.{a43}",
    "da|pi{h32}",
    "pscale|_tkn_{a43}",
    "pscale|_pw_{a43}",
    "sb|p_{h40}",
    "sb_sec|ret_{a31}",
    "tsk|ey-auth-{a12}-{a32}",
    "op|s_eyJ{a120}",
    "AGE-SEC|RET-KEY-1{B58}",
    "gh|p_{a36}",
    "gh|o_{a36}",
    "gh|u_{a36}",
    "gh|s_{a36}",
    "gh|r_{a76}",
    "github|_pat_{a22}_{a59}",
    "gl|pat-{a20}",
    "gl|dt-{a20}",
    "gl|rt-{a20}",
    "np|m_{a36}",
    "py|pi-AgEIcHlwaS5vcmc{a80}",
    "ci|o{a32}",
    "ruby|gems_{h48}",
    "oy|2{b43}",
    "CLO|JARS_{b60}",
    "dckr|_pat_{a27}",
    "hf|_{a34}",
    "api|_org_{a34}",
    "AT|ATT3{a60}",
    "AT|BB{a32}",
    "CCI|PAT_{a22}_{h40}",
    "bk|ua_{h40}",
    "sq|p_{h40}",
    "AK|Cp{a69}",
    "PM|AK-{h24}-{h34}",
    "sntry|s_eyJ{a80}",
    "sntry|u_{h64}",
    "lin|_api_{a40}",
    "nt|n_{a46}",
    "sec|ret_{a43}",
    "fi|gd_{a40}",
    "pa|t{a14}.{h64}",
    "pn|u_{b36}",
    "gl|c_{a64}",
    "gl|sa_{a32}_{h8}",
    "NR|AK-{B27}",
    "dt|0c01.{B24}.{B64}",
    "s|k-{a48}",
    "s|k-proj-{a100}",
    "s|k-svcacct-{a60}",
    "s|k-ant-api03-{a93}",
    "s|k-or-v1-{h64}",
    "gs|k_{a52}",
    "xa|i-{a80}",
    "pp|lx-{a48}",
    "r|8_{a37}",
    "s|k_{h48}",
    "lsv2|_pt_{h32}_{h10}",
    "pc|sk_{a70}",
    "xo|xb-{d12}-{d12}-{a24}",
    "xo|xp-{d12}-{d12}-{d12}-{h32}",
    "xap|p-1-{B11}-{d13}-{h64}",
    "S|G.{a22}.{a43}",
    "S|K{h32}",
    "ke|y-{h32}",
    "{h32}-u|s12",
    "xkey|sib-{h64}-{a16}",
    "re|_{a8}_{a24}",
    "{d10}:A|A{a33}",
    "M{a23}.{a6}.{a38}",
    "EA|A{a120}",
    "sk_l|ive_{a24}",
    "rk_l|ive_{a24}",
    "sk_t|est_{a24}",
    "wh|sec_{a32}",
    "shp|at_{h32}",
    "sq0|atp-{a22}",
    "access_to|ken$production${b16}${h32}",
    "FLWSE|CK-{h32}-X",
    "EZ|AK{a54}",
    "ey|J{a20}.eyJ{a40}.{a43}",
];

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
    for template in TEMPLATES {
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
