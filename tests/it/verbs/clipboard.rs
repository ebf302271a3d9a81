use crate::support::Sandbox;

/// A board with a stub and a program that stands for the clipboard, one file in the home folder.
fn with_clipboard() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let _ = sandbox.mcp_args(&["create", "One", "--kind", "chore"]).success();
    sandbox.write(
        "../bin/xclip",
        "#!/bin/sh\ncase \"$*\" in *-out) cat \"$HOME/clip\" ;; *) cat > \"$HOME/clip\" ;; esac\n",
    );
    let _ = sandbox.shell_as("ada", "chmod +x ../bin/xclip").success();
    sandbox
}

const WITH: &str = "PATH=\"$PWD/../bin:$PATH\"";

#[test]
fn the_prompt_goes_out_and_the_answer_comes_back() {
    let sandbox = with_clipboard();
    insta::assert_snapshot!(sandbox.typed(&[
        &format!("ada$ {WITH} mcp prep T1 --copy | cat"),
        "ada$ mcp prep T1 --prompt --quiet | cmp - ~/clip",
        "ada$ printf '## Goal\\n\\nIt works\\n\\n## Acceptance criteria\\n\\n- [ ] It works\\n' > ~/clip",
        &format!("chatgpt$ {WITH} mcp prep T1 --paste"),
        &format!("chatgpt$ {WITH} mcp prep T1 --paste --copy"),
    ]), @r#"
    ada$ PATH="$PWD/../bin:$PATH" mcp prep T1 --copy | cat
    the prompt is in the clipboard (1476 characters)
    hint: paste it into the chat, then `mcp prep T1 --paste` with the answer in the clipboard
    ada$ mcp prep T1 --prompt --quiet | cmp - ~/clip
    ada$ printf '## Goal\n\nIt works\n\n## Acceptance criteria\n\n- [ ] It works\n' > ~/clip
    chatgpt$ PATH="$PWD/../bin:$PATH" mcp prep T1 --paste
    T1
    T1 prepared: One (pending → ready)
    hint: `mcp claim T1` starts work on it
    chatgpt$ PATH="$PWD/../bin:$PATH" mcp prep T1 --paste --copy
    error: the argument '--paste' cannot be used with '--copy'

    Usage: mcp prep --paste <ID>

    For more information, try '--help'.
    --- exit 2 ---
    "#);
}

#[test]
fn a_machine_without_a_clipboard_says_so() {
    let sandbox = with_clipboard();
    // Only what a board needs: no clipboard program of this machine is found.
    let bare =
        "mkdir -p ../bare && ln -sf \"$(command -v git)\" ../bare/git && ln -sf \"$(command -v mcp)\" ../bare/mcp";
    let _ = sandbox.shell_as("ada", bare).success();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ PATH=../bare mcp prep T1 --copy",
        "ada$ PATH=../bare mcp prep T1 --paste",
        "ada$ PATH=../bare mcp review T1 --paste",
    ]), @"
    ada$ PATH=../bare mcp prep T1 --copy
    error: no clipboard could be reached; tried wl-copy, xclip, xsel, pbcopy, termux-clipboard-set, clip.exe
    hint: print it instead: `mcp prep T1 --prompt`
    --- exit 2 ---
    ada$ PATH=../bare mcp prep T1 --paste
    error: no clipboard could be reached; tried wl-paste, xclip, xsel, pbpaste, termux-clipboard-get
    hint: save the answer and take it with `--from FILE`
    --- exit 2 ---
    ada$ PATH=../bare mcp review T1 --paste
    error: no clipboard could be reached; tried wl-paste, xclip, xsel, pbpaste, termux-clipboard-get
    hint: save the answer and take it with `--from FILE`
    --- exit 2 ---
    ");
}
