//! Tables in a real terminal of 40, 80 and 200 columns, with titles of every kind of script.

use super::support::Sandbox;
use super::support::terminal::Terminal;
use super::verbs::listing::still_board;
use unicode_width::UnicodeWidthStr as _;

/// The still board, and titles with accents of their own, from right to left, and joined emoji.
fn board_of_all_scripts() -> Sandbox {
    let sandbox = still_board();
    for (id, title) in [
        (
            "t-999999",
            "Cafe\u{301} und Cre\u{300}me bru\u{302}le\u{301}e: Gru\u{308}\u{df}e an a\u{30a}lle Ga\u{308}ste im Hause",
        ),
        (
            "t-bbbbbb",
            "\u{5d1}\u{5d3}\u{5d9}\u{5e7}\u{5ea} \u{5ea}\u{5e7}\u{5d9}\u{5e0}\u{5d5}\u{5ea} \u{627}\u{644}\u{635}\u{62d}\u{629} of the service",
        ),
        (
            "t-cccccc",
            "Family \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} and flag \u{1f1e9}\u{1f1ea} and heart \u{2764}\u{fe0f} on one line",
        ),
        ("t-dddddd", "한국어 제목과 ｆｕｌｌｗｉｄｔｈ ABC และภาษาไทย"),
    ] {
        let text = format!(
            "---\nid: {id}\ntitle: \"{title}\"\nkind: feature\ncreated: 2026-11-17T12:00:00Z\n---\n## Goal\n\ng\n"
        );
        sandbox.write(&format!(".mcp/tasks/pending/{id}-x.md"), &text);
    }
    sandbox
}

const COMMANDS: &[&str] = &["list", "list --all", "board", "search e", "stats", "status", "next"];

/// The screen of a terminal so wide in which the commands were typed.
fn screen(sandbox: &Sandbox, columns: u16) -> String {
    let typed: Vec<_> = COMMANDS.iter().map(|command| format!("echo '$ mcp {command}'; mcp {command}")).collect();
    let mut shell = sandbox.command("sh");
    shell.env("MCP_TEST_NOW", "2026-11-20T12:00:00Z").env("MCP_AGENT", "ada").env("MCP_PAGER", "cat");
    shell.args(["-c", &format!("{}; echo the end", typed.join("; "))]);
    Terminal::run(shell, 250, columns).wait_for("the end")
}

#[test]
fn tables_in_terminals_of_three_widths() {
    let sandbox = board_of_all_scripts();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("verbs/snapshots/tables");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for columns in [40, 80, 200] {
        let shown = screen(&sandbox, columns);
        // What stands behind the tables are sentences, which a terminal breaks.
        let tables = shown.split("$ mcp stats").next().expect("a first part");
        let wide: Vec<&str> = tables.lines().filter(|line| line.width() > usize::from(columns)).collect();
        assert_eq!(wide, Vec::<&str>::new());
        insta::assert_snapshot!(format!("columns-{columns}"), shown);
    }
}

/// Whether something begins at a column of the terminal, with the gap of a table before it.
fn begins_at(line: &str, column: usize) -> bool {
    let head = line.char_indices().map(|(end, _)| &line[..end]).find(|head| head.width() == column);
    head.is_some_and(|head| head.ends_with("  "))
}

#[test]
fn the_last_column_begins_in_one_place_whatever_stands_before_it() {
    let sandbox = board_of_all_scripts();
    for columns in [60, 80, 120, 200] {
        let run = sandbox.mcp(&format!("list --all --columns title,state,id --width {columns}")).success();
        let head = run.stdout.lines().next().expect("a head");
        let ids = head[..head.find("ID").expect("a column")].width();
        assert!(run.stdout.lines().all(|line| begins_at(line, ids)), "{columns}:\n{}", run.stdout);
        assert_eq!(run.stdout.lines().count(), 12);
    }
}
