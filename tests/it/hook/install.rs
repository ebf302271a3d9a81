//! The shims: found whatever the path is, and beside hooks of the user's.

use std::path::Path;

use super::desk::{Desk, repository};
use crate::support::Sandbox;

pub fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs_err::write(path, text).expect("a file");
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("set");
}

/// The folders in which the system has its own programs, and that of git: no `mcp` among them.
pub fn thin() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let git = std::env::split_paths(&path).find(|folder| folder.join("git").exists()).expect("git");
    format!("{}:/usr/bin:/bin", git.display())
}

#[test]
fn a_thin_path_is_enough() {
    Desk::each(|desk| {
        desk.mend();
        let before = desk.before();
        let mut command = desk.committing(&["-a", "-m", "x"]);
        command.env("PATH", thin());
        let _ = desk.sandbox.run(command).success();
        desk.moved(&before);
    });
}

/// What a command says, with the place of the program left out.
fn told(sandbox: &Sandbox, line: &str) -> String {
    sandbox.mcp(line).success().to_string().replace(env!("CARGO_BIN_EXE_mcp"), "[MCP]")
}

/// Has the hooks name a program at this place, copied from ours.
fn installed_from(sandbox: &Sandbox, place: &Path) {
    fs_err::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    sandbox.copy_program(place);
    let _ = sandbox.mcp("hooks uninstall").success();
    let mut command = sandbox.command(place);
    command.args(["hooks", "install"]);
    let _ = sandbox.run(command).success();
}

#[test]
fn spaces_and_quotes_in_the_path_of_the_program() {
    let desk = Desk::main();
    installed_from(&desk.sandbox, &desk.sandbox.home().join("it's \"my\" $HOME @HOOK@/mcp"));
    desk.mend();
    let before = desk.before();
    let mut command = desk.committing(&["-a", "-m", "x"]);
    command.env("PATH", thin());
    let _ = desk.sandbox.run(command).success();
    desk.moved(&before);
}

#[test]
fn a_program_that_moved_is_found_on_the_path_behind_others_of_its_name() {
    let desk = Desk::main();
    let place = desk.sandbox.home().join("old/mcp");
    installed_from(&desk.sandbox, &place);
    fs_err::remove_file(&place).expect("a file");
    // Another program of that name, which waits for input, as servers do.
    executable(&desk.sandbox.home().join("others/mcp"), "#!/bin/sh\ncat >/dev/null\necho 'mcp 1.2.3'\n");
    executable(&desk.sandbox.home().join("more/mcp"), "#!/bin/sh\nexit 3\n");
    let ours = Path::new(env!("CARGO_BIN_EXE_mcp")).parent().expect("a folder").display().to_string();
    let others = desk.sandbox.home().join("others").display().to_string();
    let more = desk.sandbox.home().join("more").display().to_string();
    desk.mend();
    let before = desk.before();
    let mut command = desk.committing(&["-a", "-m", "x"]);
    command.env("PATH", format!("{others}:{more}:{ours}:{}", thin()));
    let _ = desk.sandbox.run(command).success();
    desk.moved(&before);
    desk.sandbox.write("code.txt", "mended more\n");
    let mut command = desk.committing(&["-a", "-q", "-m", "y"]);
    command.env("PATH", format!("{others}:{more}:{}", thin()));
    let run = desk.sandbox.run(command).success();
    insta::assert_snapshot!(run, @"
    --- stderr ---
    mcp: not found, so this commit is not checked; `mcp hooks install` mends it
    ");
}

#[test]
fn hooks_of_the_users_own_are_left_byte_for_byte() {
    let sandbox = repository();
    let _ = sandbox.mcp("hooks uninstall").success();
    let own = "#!/bin/sh\n# my own \u{e9}\necho own >&2\n";
    executable(&sandbox.path(".git/hooks/pre-commit"), own);
    insta::assert_snapshot!(told(&sandbox, "hooks install"), @r#"
    pre-commit           foreign
    prepare-commit-msg   installed
    commit-msg           installed
    post-commit          installed
    post-merge           installed
    post-checkout        installed
    post-rewrite         installed
    --- stderr ---
    hint: add this line to .git/hooks/pre-commit: mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: pre-commit
    hint: or have `mcp hooks install --append` add them
    "#);
    assert_eq!(sandbox.read(".git/hooks/pre-commit"), own);
    insta::assert_snapshot!(told(&sandbox, "hooks status"), @r#"
    pre-commit           foreign
    prepare-commit-msg   current
    commit-msg           current
    post-commit          current
    post-merge           current
    post-checkout        current
    post-rewrite         current
    --- stderr ---
    hint: add this line to .git/hooks/pre-commit: mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: pre-commit
    hint: or have `mcp hooks install --append` add them
    "#);
    insta::assert_snapshot!(told(&sandbox, "hooks install"), @r#"
    pre-commit           foreign
    prepare-commit-msg   current
    commit-msg           current
    post-commit          current
    post-merge           current
    post-checkout        current
    post-rewrite         current
    --- stderr ---
    hint: add this line to .git/hooks/pre-commit: mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: pre-commit
    hint: or have `mcp hooks install --append` add them
    "#);
    insta::assert_snapshot!(told(&sandbox, "hooks uninstall"), @"
    [WORLD]/repo/.git/hooks/prepare-commit-msg
    [WORLD]/repo/.git/hooks/commit-msg
    [WORLD]/repo/.git/hooks/post-commit
    [WORLD]/repo/.git/hooks/post-merge
    [WORLD]/repo/.git/hooks/post-checkout
    [WORLD]/repo/.git/hooks/post-rewrite
    ");
    assert_eq!(sandbox.read(".git/hooks/pre-commit"), own);
    let left: Vec<_> = fs_err::read_dir(sandbox.path(".git/hooks")).expect("a folder").flatten().collect();
    let left: Vec<_> = left
        .iter()
        .map(|entry| entry.file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".sample"))
        .collect();
    assert_eq!(left, ["pre-commit"]);
    insta::assert_snapshot!(told(&sandbox, "hooks uninstall"), @"
    --- stderr ---
    none of our hooks is installed
    ");
}

#[test]
fn the_line_for_a_hook_of_the_users_own_works() {
    let desk = Desk::main();
    let _ = desk.sandbox.mcp("hooks uninstall").success();
    executable(&desk.sandbox.path(".git/hooks/pre-commit"), "#!/bin/sh\necho own >&2\n");
    let told = desk.sandbox.mcp("hooks install").success();
    let line = told.stderr.lines().find_map(|line| line.split_once("hooks/pre-commit: ")).expect("a line").1.to_owned();
    executable(&desk.sandbox.path(".git/hooks/pre-commit"), &format!("#!/bin/sh\necho own >&2\n{line}\n"));
    insta::assert_snapshot!(desk.sandbox.mcp("hooks status").success(), @"
    pre-commit           current
    prepare-commit-msg   current
    commit-msg           current
    post-commit          current
    post-merge           current
    post-checkout        current
    post-rewrite         current
    ");
    desk.spoil();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).code(1);
    desk.stayed(&before, "ready");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    desk.moved(&before);
}

#[test]
fn hooks_lie_where_git_looks_for_them() {
    let desk = Desk::main();
    let _ = desk.sandbox.mcp("hooks uninstall").success();
    desk.sandbox.git("config core.hooksPath .husky");
    let _ = desk.sandbox.mcp("hooks install").success();
    assert!(desk.sandbox.path(".husky/pre-commit").exists());
    desk.sandbox.git("add .husky");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    desk.moved(&before);
}
