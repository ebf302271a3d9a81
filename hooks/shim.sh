#!/bin/sh
# mcp-handoff hook: hands git's @HOOK@ to mcp. `mcp hooks uninstall` removes it.
mcp='@MCP@'
if [ ! -x "$mcp" ]; then
    mcp=$(command -v mcp 2>/dev/null) || mcp=
    # Other programs are called mcp as well.
    case $("${mcp:-false}" --version 2>/dev/null) in
        *'(mcp-handoff)'*) ;;
        *)
            echo "mcp: not found, so this commit is not checked; \`mcp hooks install\` mends it" >&2
            exit 0
            ;;
    esac
fi
exec "$mcp" hook @HOOK@ "$@"
