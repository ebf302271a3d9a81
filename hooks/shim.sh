#!/bin/sh
# mcp-handoff hook: hands git's @HOOK@ to mcp. `mcp hooks uninstall` removes it.
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
