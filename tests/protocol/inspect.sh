#!/usr/bin/env bash
# One task from create to done by the Inspector's command line, a failing check in between. usage: inspect.sh PROGRAM ERA
set -euo pipefail
program=$1
era=$2
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
export HOME=$world GIT_CONFIG_NOSYSTEM=1 MCP_AGENT=inspector
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
PATH=$(dirname "$program"):$PATH
mkdir "$world/repo"
cd "$world/repo"
git init -q -b main
echo 'if grep -n bad code.txt; then echo "not ok 1 - good words"; exit 1; fi' >check.sh
echo one >code.txt
mcp init --quiet >/dev/null
printf 'version: 1\nchecks:\n  - name: words\n    run: sh check.sh\n' >.mcp/config.yaml
mcp trust --quiet >/dev/null
git add -A
git commit -q -m start

inspect() {
    mcp-inspector --cli --protocol-era "$era" --quiet --format json "$@" "$program" serve --stdio
}

call() {
    inspect --method tools/call --tool-name "$1" --tool-args-json "$2"
}

# The value at a path of keys in the JSON document on stdin.
at() {
    node -e 'let v = JSON.parse(require("fs").readFileSync(0)); v = v.result ?? v
        for (const k of process.argv.slice(1)) v = v?.[k]
        console.log(typeof v === "object" ? JSON.stringify(v) : String(v))' "$@"
}

# Says what was expected when something else came.
is() {
    [ "$2" = "$3" ] || { echo "inspector, $era: $1: expected $2, got $3"; exit 1; }
}

is tools 12 "$(inspect --method tools/list | at tools length)"
is resources mcp-handoff://board "$(inspect --method resources/list | at resources 0 uri)"
is prompts prepare "$(inspect --method prompts/list | at prompts 0 name)"
made=$(call create_task '{"title":"Say good things","goal":"Good words","criteria":["no bad word"],"kind":"chore","ready":true}')
id=$(at structuredContent task id <<<"$made")
is claim in-progress "$(call claim_task "{\"id\":\"$id\"}" | at structuredContent task state)"
echo bad >code.txt
is check false "$(call run_checks '{}' | at structuredContent check passed)"
git commit -q -a -m try 2>/dev/null && { echo "inspector, $era: a commit that fails its check was made"; exit 1; }
is brief "$id" "$(call brief_task '{}' | at structuredContent brief task)"
echo good >code.txt
git commit -q -a -m good 2>/dev/null
refused=$(call complete_task "{\"id\":\"$id\"}" 2>/dev/null || true)
is refusal not_done "$(at content 0 text <<<"$refused" | at error code)"
call update_task "{\"id\":\"$id\",\"check\":[1,2]}" >/dev/null
is complete done "$(call complete_task "{\"id\":\"$id\"}" | at structuredContent task state)"
echo "inspector, $era: from create to done"
