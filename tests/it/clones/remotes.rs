//! Remotes that can settle claims, and those that cannot: `doctor --remote`, `init --remote`, and what a claim says.

use super::world::World;
use crate::support::Sandbox;

/// A hook of the remote's, which refuses pushes to refs that match.
fn refuse(world: &World, pattern: &str, when: &str) {
    let hook = world.sandbox.dir().with_file_name("hub.git").join("hooks/update");
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in {pattern}) {when} && {{ echo 'our policy' >&2; exit 1; }} ;; esac\nexit 0\n"
    );
    fs_err::write(&hook, script).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs_err::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("executable");
    }
}

#[test]
fn a_remote_is_tried_and_nothing_is_left_on_it() {
    let world = World::new();
    insta::assert_snapshot!(world.sandbox.typed(&[
        "ada$ mcp doctor --remote",
        "ada$ mcp doctor --remote=origin --json",
        "ada$ mcp doctor --remote=elsewhere",
        "ada$ git ls-remote origin 'refs/mcp/*'",
    ]), @r#"
    ada$ mcp doctor --remote
    origin can settle claims between clones: a ref was made there, read, and removed
    ada$ mcp doctor --remote=origin --json
    {"schema":1,"doctor":{"findings":[],"mended":[],"remote":{"name":"origin","takes":true}}}
    origin can settle claims between clones: a ref was made there, read, and removed
    ada$ mcp doctor --remote=elsewhere
    error: `elsewhere`, which is to settle claims, is no remote of this repository
    hint: `git remote add elsewhere URL`, or name another one in `claims` of .mcp/config.yaml
    --- exit 1 ---
    ada$ git ls-remote origin 'refs/mcp/*'
    "#);
}

#[test]
fn a_remote_that_takes_no_such_refs_is_named_with_its_words() {
    let world = World::new();
    refuse(&world, "refs/mcp/*", "true");
    insta::assert_snapshot!(world.sandbox.typed(&[
        "ada$ mcp doctor --remote",
        "ada$ mcp create Task --goal g --ac a -k chore -q",
        "ada$ mcp prep T1 -q",
        "ada$ mcp prep T1 -q --offline",
        "ada$ mcp sync",
    ]), @"
    ada$ mcp doctor --remote
    origin: it does not take refs below refs/mcp: [remote rejected] (hook declined)
    hint: its owner may allow them; else name another remote, or keep claims to one clone
    error: 1 finding
    --- exit 1 ---
    ada$ mcp create Task --goal g --ac a -k chore -q
    T1
    ada$ mcp prep T1 -q
    error: origin does not take claims: [remote rejected] (hook declined)
    hint: `mcp doctor --remote` tries it out; `claims: { remote: null }` in .mcp/config.yaml keeps claims to this clone
    --- exit 1 ---
    ada$ mcp prep T1 -q --offline
    T1
    ada$ mcp sync
    error: origin does not take claims: [remote rejected] (hook declined)
    hint: `mcp doctor --remote` tries it out; `claims: { remote: null }` in .mcp/config.yaml keeps claims to this clone
    --- exit 1 ---
    ");
    refuse(&world, "refs/mcp/probe/*", "[ -z \"${3#0000000000000000000000000000000000000000}\" ]");
    insta::assert_snapshot!(world.sandbox.typed(&["ada$ mcp doctor --remote | sed 's,probe/[0-9a-f]*,probe/…,'"]), @"
    ada$ mcp doctor --remote | sed 's,probe/[0-9a-f]*,probe/…,'
    hint: claims work, for they never remove a ref; the owner of the remote may remove this one
    error: 1 finding
    origin: it took refs/mcp/probe/… and does not let go of it: [remote rejected] (hook declined)
    ");
}

#[test]
fn init_names_the_remote_once_it_was_seen_to_work() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git init -q --bare ../hub.git && git remote add origin ../hub.git && git commit -q --allow-empty -m Start",
        "ada$ mcp init",
        "ada$ mcp init --remote origin",
        "ada$ grep ^claims .mcp/config.yaml",
        "ada$ mcp init --remote origin -q",
        "ada$ mv ../hub.git ../away.git && mcp init --remote origin 2>&1 | sed \"s/'.*'/…/\"",
        "ada$ mcp init --remote nowhere",
    ]), @r#"
    ada$ git init -q --bare ../hub.git && git remote add origin ../hub.git && git commit -q --allow-empty -m Start
    ada$ mcp init
    .mcp/.gitignore
    .mcp/config.yaml
    made a board in .mcp; commit it so that everybody has it: git add .mcp && git commit -m "Add a task board"
    warning: no test command was found; name one under `checks` in .mcp/config.yaml, then `mcp trust`
    installed the git hooks: commits of a task run its checks from now on
    hint: `mcp init --remote origin` makes claims hold between clones, if origin takes them
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ mcp init --remote origin
    the board is there already; nothing was changed
    warning: no test command was found; name one under `checks` in .mcp/config.yaml, then `mcp trust`
    origin settles claims between clones from now on, for everybody who has this .mcp/config.yaml
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ grep ^claims .mcp/config.yaml
    claims: { remote: origin, lease: 2h }
    ada$ mcp init --remote origin -q
    ada$ mv ../hub.git ../away.git && mcp init --remote origin 2>&1 | sed "s/'.*'/…/"
    the board is there already; nothing was changed
    warning: no test command was found; name one under `checks` in .mcp/config.yaml, then `mcp trust`
    warning: origin: it did not answer: … does not appear to be a git repository
    hint: see that `git ls-remote` works there without asking you anything, for nobody may be there to answer
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ mcp init --remote nowhere
    error: `nowhere`, which is to settle claims, is no remote of this repository
    hint: `git remote add nowhere URL`, or name another one in `claims` of .mcp/config.yaml
    --- exit 1 ---
    "#);
}

#[test]
fn neither_hooks_nor_questions_nor_credentials_come_in_between() {
    let world = World::new();
    let sandbox = &world.sandbox;
    sandbox.write(".git/hooks/pre-push", "#!/bin/sh\necho pushed >> ../pushed\nexit 1\n");
    let _ = sandbox.shell_as("ada", "chmod +x .git/hooks/pre-push").success();
    let id = sandbox.ready_task("Quietly");
    let _ = sandbox.mcp(&format!("claim {id}")).success();
    assert!(!sandbox.path("../pushed").exists(), "the user's own hook did not run");
    // Nobody listens there, and whoever would ask for a name or a password has no terminal.
    sandbox.git("config remote.origin.url http://ada:s3cret@127.0.0.1:9/x");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp release T1 2>&1 | sed 's/after [0-9]* ms/after … ms/'"]), @"
    ada$ mcp release T1 2>&1 | sed 's/after [0-9]* ms/after … ms/'
    error: origin, which settles claims, did not answer: unable to access 'http://127.0.0.1:9/x/': Failed to connect to 127.0.0.1 port 9 after … ms: Couldn't connect to server
    hint: `--offline` goes on without it and marks what it does; `mcp sync` settles it once origin answers
    ");
    // An address in the settings could name a command to run.
    sandbox.write(".mcp/config.yaml", "version: 1\nclaims: { remote: \"ext::sh -c touch% ../run\" }\n");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp release T1"]), @"
    ada$ mcp release T1
    error: `ext::sh -c touch% ../run`, which is to settle claims, is no remote of this repository
    hint: `claims.remote` in .mcp/config.yaml takes the name of a git remote, such as origin
    --- exit 1 ---
    ");
    assert!(!sandbox.path("../run").exists());
}
