//! Hook managers beside ours, by the very files that they install (`tests/fixtures/hooks/`), in both
//! orders. Stand-ins for the managers' own programs run the hook from before them, or the jobs of the settings, as these do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::desk::{Desk, repository};
use super::install::executable;
use crate::support::Sandbox;

/// Runs the hook from before it, then its own, as pre-commit and prek do.
const CHAINS: &str = r#"#!/bin/sh
own=$(dirname "$0")
while [ "$1" != -- ]; do
    case $1 in
        --hook-dir=*) folder=${1#*=} ;;
        --hook-dir) folder=$2; shift ;;
        --hook-type=*) hook=${1#*=} ;;
    esac
    shift
done
shift
code=0
if [ -x "$folder/$hook.legacy" ]; then "$folder/$hook.legacy" "$@" || code=1; fi
echo "$hook" >> "$own/theirs.txt"
exit $code
"#;

/// Runs the jobs that its own clone's settings have for a hook, as lefthook does.
const JOBS: &str = r#"#!/bin/sh
[ "$1" = run ] || exit 0
hook=$2
shift 2
echo "$hook" >> "$(dirname "$0")/theirs.txt"
[ -f lefthook-local.yml ] || exit 0
job=$(sed -n "/^$hook:/,/^[a-z]/s/^      run: '\(.*\)'\$/\1/p" lefthook-local.yml)
sh -c "$(printf '%s' "$job" | sed "s#{1}#$1#; s#{2}#$2#; s#{3}#$3#")"
"#;

fn recorded(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hooks");
    let found = fs_err::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let is_named = |path: &PathBuf| {
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        file == name || file.strip_prefix(&format!("{name}-")).is_some_and(|rest| rest.starts_with(char::is_numeric))
    };
    let mut found = found.filter(is_named);
    let path = found.next().unwrap_or_else(|| panic!("no recording of {name}"));
    fs_err::read_to_string(path).expect("a file")
}

/// Where the managers' own programs lie.
fn place(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join("managers")
}

/// Puts a hook where a manager does, after it has put away what was there as it does.
fn put(sandbox: &Sandbox, name: &str, hook: &str, ending: &str) {
    let text = recorded(name).replace("@PLACE@", place(sandbox).to_str().expect("UTF-8"));
    let text = text.replace("hook-type=pre-commit", &format!("hook-type={hook}"));
    let text = text.replace("run \"pre-commit\"", &format!("run \"{hook}\""));
    let path = sandbox.path(&format!(".git/hooks/{hook}"));
    if path.exists() {
        fs_err::rename(&path, path.with_file_name(format!("{hook}{ending}"))).expect("renamed");
    }
    executable(&path, &text);
}

fn husky(sandbox: &Sandbox) {
    let folder = sandbox.path(".husky/_");
    let stub = recorded("husky-9.1.7-stub");
    for hook in
        ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-merge", "post-checkout", "post-rewrite"]
    {
        executable(&folder.join(hook), &stub);
    }
    sandbox.write(".husky/_/h", &recorded("husky-9.1.7-h"));
    sandbox.write(".husky/_/.gitignore", "*");
    let theirs = place(sandbox).join("theirs.txt");
    fs_err::create_dir_all(place(sandbox)).expect("a folder");
    sandbox.write(".husky/pre-commit", &format!("echo pre-commit >> '{}'\n", theirs.display()));
    sandbox.git("config core.hooksPath .husky/_");
}

fn pre_commit(sandbox: &Sandbox) {
    executable(&place(sandbox).join("python3"), CHAINS);
    put(sandbox, "pre-commit", "pre-commit", ".legacy");
}

fn prek(sandbox: &Sandbox) {
    executable(&place(sandbox).join("prek"), CHAINS);
    put(sandbox, "prek", "pre-commit", ".legacy");
    put(sandbox, "prek", "commit-msg", ".legacy");
}

fn lefthook(sandbox: &Sandbox) {
    executable(&place(sandbox).join("lefthook"), JOBS);
    put(sandbox, "lefthook", "pre-commit", ".old");
    put(sandbox, "lefthook", "prepare-commit-msg", ".old");
}

fn own(sandbox: &Sandbox) {
    let theirs = place(sandbox).join("theirs.txt");
    fs_err::create_dir_all(place(sandbox)).expect("a folder");
    // Without a line break at its end.
    let text = format!("#!/bin/sh\necho pre-commit >> '{}'", theirs.display());
    executable(&sandbox.path(".git/hooks/pre-commit"), &text);
}

/// A manager, and what installs it.
type Manager = (&'static str, fn(&Sandbox));

const MANAGERS: &[Manager] =
    &[("husky", husky), ("pre-commit", pre_commit), ("prek", prek), ("lefthook", lefthook), ("you", own)];

/// All files of the hooks and of the working tree, but for the board and what commits change.
fn files(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(sandbox.dir()).into_iter().flatten();
    let paths = walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    let below = |path: &PathBuf| path.strip_prefix(sandbox.dir()).expect("below").display().to_string();
    let is_kept = |name: &String| {
        name.starts_with(".git/hooks/")
            || name == ".git/config"
            || !(name.starts_with(".git/") || name.starts_with(".mcp/"))
    };
    let named = paths.map(|path| (below(&path), path)).filter(|(name, _)| is_kept(name));
    named.map(|(name, path)| (name, fs_err::read(path).expect("a file"))).collect()
}

/// One commit that fails and one that passes: both hooks ran, and nothing is left behind.
fn both_work(desk: &Desk, who: &str) {
    let theirs = || fs_err::read_to_string(place(&desk.sandbox).join("theirs.txt")).unwrap_or_default();
    desk.sandbox.git("add -A");
    desk.sandbox.git("commit -q --no-verify --allow-empty -m prepared");
    desk.spoil();
    let (before, ran) = (desk.before(), theirs());
    let _ = desk.commit(&["-a", "-q", "-m", "x"]).code(1);
    desk.stayed(&before, "ready");
    assert!(theirs().len() > ran.len(), "{who} ran as well");
    desk.mend();
    let (before, ran) = (desk.before(), theirs());
    let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
    assert!(run.stderr.contains("goes to review in this commit"), "{who}: {run}");
    desk.moved(&before);
    assert!(theirs().len() > ran.len(), "{who} ran as well");
    assert_eq!(desk.message().matches("Task:").count(), 1);
}

#[test]
fn ours_after_theirs_works_and_leaves_without_a_trace() {
    for (who, install) in MANAGERS {
        let sandbox = repository();
        let _ = sandbox.mcp("hooks uninstall").success();
        install(&sandbox);
        sandbox.git("add -A");
        let before = files(&sandbox);
        let desk = Desk::over(sandbox);
        let run = desk.sandbox.mcp("hooks install").success();
        let is_chained = ["pre-commit", "prek"].contains(who);
        assert_eq!(run.stdout.contains("foreign"), !is_chained, "{who}: {run}");
        let run = desk.sandbox.mcp("hooks install --append").success();
        assert!(run.stderr.ends_with("tried: git reaches our pre-commit hook\n"), "{who}: {run}");
        let run = desk.sandbox.mcp("hooks status").success();
        assert_eq!(run.stdout.matches("current").count(), 7, "{who}: {run}");
        let run = desk.sandbox.mcp("hooks install --append").success();
        assert_eq!(run.stdout.matches("current").count(), 7, "{who}, again: {run}");
        both_work(&desk, who);
        let _ = desk.sandbox.mcp("hooks uninstall").success();
        let mut after = files(&desk.sandbox);
        after.insert("code.txt".to_owned(), before["code.txt"].clone());
        assert_eq!(after, before, "{who}");
    }
}

#[test]
fn theirs_after_ours_works_once_ours_was_installed_again() {
    for (who, install) in MANAGERS.iter().filter(|(who, _)| *who != "you") {
        let desk = Desk::main();
        install(&desk.sandbox);
        let is_chained = ["pre-commit", "prek"].contains(who);
        let findings = desk.sandbox.mcp("doctor");
        assert_eq!(findings.code == Some(0), is_chained, "{who}: {findings}");
        if !is_chained {
            let run = desk.sandbox.mcp("hooks install --append").success();
            assert!(run.stderr.ends_with("tried: git reaches our pre-commit hook\n"), "{who}: {run}");
        }
        let _ = desk.sandbox.mcp("doctor").success();
        both_work(&desk, who);
        let _ = desk.sandbox.mcp("hooks uninstall").success();
        let left = files(&desk.sandbox);
        let ours = left.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("mcp"));
        assert_eq!(ours.map(|(name, _)| name).collect::<Vec<_>>(), Vec::<&String>::new(), "{who}");
    }
}

#[test]
fn what_each_of_them_is_told() {
    for (who, install) in MANAGERS {
        let sandbox = repository();
        let _ = sandbox.mcp("hooks uninstall").success();
        install(&sandbox);
        let run = sandbox.mcp("hooks install").success();
        let shown: Vec<_> =
            run.stderr.lines().filter(|line| !line.contains("-msg") && !line.contains("post-")).collect();
        let shown = shown.join("\n");
        match *who {
            "husky" => insta::assert_snapshot!(shown, @r#"
            hint: add this line to .husky/pre-commit: mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: pre-commit
            hint: or have `mcp hooks install --append` add them
            "#),
            "lefthook" => insta::assert_snapshot!(shown, @r#"
            hint: add this to lefthook-local.yml:
            pre-commit:
              jobs:
                - name: mcp
                  files: git ls-files | head -n 20
                  run: 'mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" || exit $?'
            hint: add this to lefthook-local.yml:
              jobs:
                - name: mcp
            hint: or have `mcp hooks install --append` add them
            "#),
            "you" => insta::assert_snapshot!(shown, @r#"
            hint: add this line to .git/hooks/pre-commit: mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: pre-commit
            hint: or have `mcp hooks install --append` add them
            "#),
            _ => insta::allow_duplicates! { insta::assert_snapshot!(shown, @"tried: git reaches our pre-commit hook") },
        }
    }
}

#[test]
fn a_colleague_without_it_or_with_another_program_of_that_name_commits_as_before() {
    let desk = Desk::main();
    husky(&desk.sandbox);
    let _ = desk.sandbox.mcp("hooks install --append").success();
    desk.sandbox.git("add -A");
    desk.sandbox.git("commit -q --no-verify -m husky");
    let place = desk.sandbox.dir().with_file_name("clone");
    let there = |line: &str| {
        let mut command = desk.sandbox.command("sh");
        command.args(["-c", line]).current_dir(&place);
        let others = desk.sandbox.home().join("others");
        executable(&others.join("mcp"), "#!/bin/sh\necho another mcp; exit 7\n");
        command.env("PATH", format!("{}:{}", others.display(), super::install::thin()));
        desk.sandbox.run(command)
    };
    desk.sandbox.git_args(&["clone", "-q", ".", place.to_str().expect("UTF-8")]);
    let stubs = desk.sandbox.path(".husky/_").display().to_string();
    let _ = there(&format!("cp -r '{stubs}' .husky/ && git config core.hooksPath .husky/_")).success();
    let run = there("echo broken > code.txt; git commit -q -a -m x").success();
    assert_eq!(run.stderr, "", "{run}");
}

#[test]
fn a_hook_that_ends_early_has_ours_first_and_one_that_fails_is_told() {
    let sandbox = repository();
    let _ = sandbox.mcp("hooks uninstall").success();
    executable(&sandbox.path(".git/hooks/pre-commit"), "#!/bin/sh\ntrue\nexit 0\n");
    let _ = sandbox.mcp("hooks install --append").success();
    let text = sandbox.read(".git/hooks/pre-commit");
    assert!(text.starts_with("#!/bin/sh\nmcp_hook="), "{text}");
    let _ = sandbox.mcp("hooks uninstall").success();
    executable(&sandbox.path(".git/hooks/pre-commit"), "#!/bin/sh\nexit 3\n");
    insta::assert_snapshot!(sandbox.mcp("hooks install --append"), @"
    pre-commit           installed
    prepare-commit-msg   installed
    commit-msg           installed
    post-commit          installed
    post-merge           installed
    post-checkout        installed
    post-rewrite         installed
    --- stderr ---
    warning: tried: what runs before our pre-commit hook ends with exit code 3 although nothing is staged
    hint: `git hook run pre-commit` shows what runs
    --- exit 1 ---
    ");
    let _ = sandbox.mcp("hooks uninstall").success();
    executable(&sandbox.path(".git/hooks/pre-commit"), "#!/usr/bin/env python3\nprint(1)\n");
    insta::assert_snapshot!(sandbox.mcp("hooks install --append").success(), @r#"
    pre-commit           foreign
    prepare-commit-msg   installed
    commit-msg           installed
    post-commit          installed
    post-merge           installed
    post-checkout        installed
    post-rewrite         installed
    --- stderr ---
    hint: .git/hooks/pre-commit is no shell script: have it run "$(git rev-parse --git-common-dir)/mcp/hooks/pre-commit" with the arguments of pre-commit
    "#);
    assert_eq!(sandbox.read(".git/hooks/pre-commit"), "#!/usr/bin/env python3\nprint(1)\n");
}

#[test]
fn a_hook_in_a_folder_that_all_share_says_nothing_of_this_machine() {
    let desk = Desk::main();
    desk.sandbox.git("config core.hooksPath hooks");
    let _ = desk.sandbox.mcp("hooks install").success();
    insta::assert_snapshot!(desk.sandbox.read("hooks/commit-msg"), @r#"
    #!/bin/sh
    # mcp-handoff hook: hands git's commit-msg to mcp, where that is installed.
    mcp_hook="$(git rev-parse --git-common-dir)/mcp/hooks/commit-msg"; [ ! -x "$mcp_hook" ] || "$mcp_hook" "$@" || exit $? # mcp-handoff: commit-msg
    "#);
    both_work_without_company(&desk);
    let _ = desk.sandbox.mcp("hooks uninstall").success();
    assert!(!desk.sandbox.path("hooks/pre-commit").exists());
}

fn both_work_without_company(desk: &Desk) {
    desk.sandbox.git("add -A");
    desk.sandbox.git("commit -q --no-verify --allow-empty -m prepared");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-q", "-m", "x"]).success();
    desk.moved(&before);
}

#[test]
fn the_recorded_path_is_the_one_that_an_upgrade_keeps() {
    let desk = Desk::main();
    let bin = desk.sandbox.home().join("bin");
    let version = |number: &str| {
        let place = desk.sandbox.home().join(format!("versions/{number}/mcp"));
        fs_err::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        desk.sandbox.copy_program(&place);
        let _ = fs_err::remove_file(bin.join("mcp"));
        fs_err::create_dir_all(&bin).expect("a folder");
        std::os::unix::fs::symlink(&place, bin.join("mcp")).expect("a link");
        place
    };
    let old = version("1");
    let mut install = desk.sandbox.command(bin.join("mcp"));
    install.args(["hooks", "install"]).env("PATH", format!("{}:{}", bin.display(), super::install::thin()));
    let _ = desk.sandbox.run(install).success();
    version("2");
    fs_err::remove_file(old).expect("a file");
    desk.mend();
    let before = desk.before();
    // As a desktop client runs it, which knows nothing of that folder.
    let mut command = desk.committing(&["-a", "-m", "x"]);
    command.env("PATH", super::install::thin());
    let _ = desk.sandbox.run(command).success();
    desk.moved(&before);
}
