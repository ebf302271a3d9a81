"""One task from create to done by the Python SDK of the protocol, a failing check in between.

usage: session.py PROGRAM MODE    (MODE: auto, legacy, or a version of the protocol)
"""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from mcp import Client, StdioServerParameters, types

PROGRAM, MODE = sys.argv[1:]
TOOLS = {
    "next_task", "brief_task", "show_task", "search_tasks", "create_task", "prepare_task",
    "claim_task", "update_task", "run_checks", "review_task", "complete_task", "release_or_fail_task",
}


def git(*words, check=True):
    """Runs git as the agent would, with the hooks of the board."""
    return subprocess.run(["git", *words], check=check, capture_output=True, text=True, env=ENVIRONMENT)


def board():
    """A repository with a board, whose one check looks for a bad word."""
    git("init", "-q", "-b", "main")
    pathlib.Path("check.sh").write_text('if grep -n bad code.txt; then echo "not ok 1 - good words"; exit 1; fi\n')
    pathlib.Path("code.txt").write_text("one\n")
    subprocess.run([PROGRAM, "init", "--quiet"], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    pathlib.Path(".mcp/config.yaml").write_text("version: 1\nchecks:\n  - name: words\n    run: sh check.sh\n")
    subprocess.run([PROGRAM, "trust", "--quiet"], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    git("add", "-A")
    git("commit", "-q", "-m", "start")


async def call(client, tool, **arguments):
    """Calls a tool that must succeed, and gives its document."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, (tool, result.content)
    assert json.loads(result.content[0].text) == result.structured_content, tool
    assert result.structured_content["project_root"] == os.getcwd(), tool
    return result.structured_content


async def refused(client, tool, code, **arguments):
    """Calls a tool that must refuse, with a code and a hint."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, (tool, result.content)
    error = json.loads(result.content[0].text)["error"]
    assert error["code"] == code, (tool, error)
    return error


async def session(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS, set(tools) ^ TOOLS
    assert all(tool.output_schema for tool in tools.values())
    reading = {name for name, tool in tools.items() if tool.annotations.read_only_hint}
    assert reading == {"next_task", "brief_task", "show_task", "search_tasks"}, reading
    prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
    assert prompts == ["prepare", "implement", "review", "retrospective"], prompts
    templates = (await client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == ["mcp-handoff://task/{id}"]

    nothing = await call(client, "next_task")
    assert nothing["tasks"] == [] and "nothing" in nothing["why"]
    made = await call(
        client, "create_task", title="Say good things", kind="chore", goal="The code says good things",
        criteria=["no bad word"], ready=True,
    )
    task = made["task"]["id"]
    assert made["task"]["state"] == "ready", made
    claimed = await call(client, "claim_task")
    assert claimed["task"]["id"] == task and claimed["task"]["assignee"] == AGENT, claimed
    assert "The code says good things" in claimed["brief"]
    again = await call(client, "claim_task", id=task)
    assert again["noop"] is True
    await refused(client, "complete_task", "wrong_state", id=task)
    await refused(client, "update_task", "bad_input", id=task, note="one", ask="two")
    await refused(client, "show_task", "bad_input", id=task, nonsense=1)
    await refused(client, "next_task", "bad_input", project_root="relative/path")
    await refused(client, "next_task", "no_repository", project_root="/")

    progress = []

    async def told(amount, total, message):
        progress.append(message)

    pathlib.Path("code.txt").write_text("bad\n")
    checked = await client.call_tool("run_checks", {}, progress_callback=told)
    verdict = checked.structured_content["check"]
    assert not checked.is_error and verdict["passed"] is False and verdict["failures"], verdict
    assert any("words" in message for message in progress), progress
    commit = git("commit", "-q", "-a", "-m", "try", check=False)
    assert commit.returncode == 1 and "words failed" in commit.stderr, commit.stderr
    brief = (await call(client, "brief_task"))["brief"]
    assert brief["task"] == task and "words failed" in brief["text"], brief["text"]

    pathlib.Path("code.txt").write_text("good\n")
    git("commit", "-q", "-a", "-m", "Say good things")
    shown = (await call(client, "show_task", id=task))["task"]
    assert shown["state"] == "review" and shown["evidence"], shown
    boxes = [one["number"] for one in shown["criteria"]]
    error = await refused(client, "complete_task", "not_done", id=task)
    assert "edit" in error["hint"], error
    await call(client, "update_task", id=task, check=boxes)
    done = await call(client, "complete_task", id=task)
    assert done["task"]["state"] == "done", done

    found = await call(client, "search_tasks", words="good THINGS")
    assert [one["id"] for one in found["tasks"]] == [task]
    for uri in ["mcp-handoff://board", "mcp-handoff://guide", f"mcp-handoff://task/{task}"]:
        assert (await client.read_resource(uri)).contents[0].text, uri
    prompt = await client.get_prompt("review", {"id": task})
    assert task in prompt.messages[0].content.text
    assert git("status", "--short").stdout == "", "nothing is left behind"


async def main():
    server = StdioServerParameters(command=PROGRAM, args=["serve", "--stdio"], env=ENVIRONMENT)
    info = types.Implementation(name="sdk-client", version="1")
    async with Client(server, mode=MODE, client_info=info, read_timeout_seconds=60) as client:
        await session(client)
        print(f"python sdk, {MODE}: {client.protocol_version}, from create to done")


AGENT = "sdk-client"
with tempfile.TemporaryDirectory() as world:
    repository = pathlib.Path(world).resolve() / "repo"
    repository.mkdir()
    os.chdir(repository)
    ENVIRONMENT = {
        "PATH": f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}", "HOME": world, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
    }
    board()
    asyncio.run(main())
