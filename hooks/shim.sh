#!/bin/sh
# mcp-handoff hook: hands git's @HOOK@ to mcp. `mcp hooks uninstall` removes it.
# No editor was opened, so the message is as prepare-commit-msg of this very commit left it: there is nothing to add.
if [ '@HOOK@' = commit-msg ] && [ "$GIT_EDITOR" = : ]; then
    signed=
    { read -r signed <"${1%/*}/mcp/signed"; } 2>/dev/null
    [ "$signed" = "$PPID" ] && exit 0
fi
mcp='@MCP@'
if [ ! -x "$mcp" ]; then
    mcp=
    old=$IFS
    IFS=:
    for folder in $PATH; do
        [ -x "$folder/mcp" ] || continue
        # Other programs are called mcp as well, and servers among them wait for input.
        case $("$folder/mcp" --version </dev/null 2>/dev/null) in
            *'(mcp-handoff)'*) mcp=$folder/mcp && break ;;
        esac
    done
    IFS=$old
    if [ -z "$mcp" ]; then
        [ '@HOOK@' = pre-commit ] &&
            echo "mcp: not found, so this commit is not checked; \`mcp hooks install\` mends it" >&2
        exit 0
    fi
fi
exec "$mcp" hook @HOOK@ "$@"
