//! What stands below the help of each command: lines that one can type.

/// The examples of a command, if there is such a command.
pub fn examples_of(command: &str) -> Option<&'static str> {
    EXAMPLES.iter().find(|(name, _)| *name == command).map(|(_, examples)| *examples)
}

const EXAMPLES: &[(&str, &str)] = &[
    (
        "init",
        "  mcp init                    a board, and hooks that run the tests found here
  mcp init --private          nothing of it goes into the repository
  mcp init --remote origin    claims hold in all clones of origin",
    ),
    (
        "create",
        "  mcp create \"Retry health checks\" -p P0 -k bug -l api
  mcp create \"Retry\" --goal \"Outages are survived\" --ac \"It retries\" --ready
  mcp create \"Write it down\" --body notes.md --depends-on 7k3",
    ),
    (
        "prep",
        "  mcp prep 7k3                          once goal and criteria are filled in
  mcp prep 7k3 --goal TEXT --ac TEXT    fill them in and go on
  mcp prep 7k3 --prompt --copy          ask a chat agent to fill them in
  mcp prep 7k3 --from answer.md         take its answer",
    ),
    (
        "next",
        "  mcp next                what to do now, and how
  mcp next --claim        and take it at once
  mcp next --explain      and why not something else",
    ),
    (
        "claim",
        "  mcp claim 7k3             this task
  mcp claim                 the task that `mcp next` would name
  mcp claim 7k3 --branch    and start the branch task/t-7k3f9q
  mcp claim 7k3 --worktree  and start it in a worktree of its own",
    ),
    (
        "check",
        "  mcp check               the checks on what `git add -A` would commit
  mcp check --staged      on what is staged",
    ),
    (
        "verify",
        "  mcp verify                           what the default branch lacks
  mcp verify main..topic --every       each commit of it
  mcp verify --rerun --yes main..HEAD  run the checks again, as CI should
`mcp help ci` tells which commits count, and how CI asks.",
    ),
    (
        "review",
        "  mcp review 7k3                           hand it over
  mcp review 7k3 --approve                 as the reviewer
  mcp review 7k3 --reject -m \"No test\"     as the reviewer",
    ),
    (
        "complete",
        "  mcp complete 7k3          done, if nothing is missing
  mcp complete 7k3 --next   and take the next one",
    ),
    ("status", "  mcp status              how many tasks are where, and what you work on"),
    (
        "board",
        "  mcp board                        the whole board
  mcp board label:api -blocked     only a part of it
  mcp board --live                 stay on the screen, with keys and mouse
  mcp board | less                 plain, a line a task
`mcp help query` explains the query.",
    ),
    (
        "list",
        "  mcp list                                 what is open
  mcp list state:ready p:0 label:api       ready, urgent, about the API
  mcp list -blocked 'age:>7d'              old, and nothing keeps it
  mcp list --all --group-by milestone      everything, by milestone
  mcp list --columns +age,due --sort due   what is due first
`mcp help query` explains the query.",
    ),
    (
        "show",
        "  mcp show 7k3            any unique start of the id will do
  mcp show 7k3 --raw      the file, byte for byte
  mcp show 7k3 --json     all of it for a program",
    ),
    (
        "search",
        "  mcp search backoff health            both words, anywhere in the file
  mcp search '\"retry health\"'          exactly so
  mcp search backoff is:open -label:net
  mcp search backoff --archived        also in what was put away
`mcp help query` explains the query.",
    ),
    ("undo", "  mcp undo                for example right after a `mcp release` by mistake"),
    ("restore", "  mcp restore 7k3         its last text, in the folder of its state"),
    ("inbox", "  mcp inbox               what waits for you"),
    (
        "import",
        "  mcp import backlog backlog          a board of Backlog.md
  mcp import beads .beads/issues.jsonl --dry-run
  mcp import plan docs/plan.md        headings and checkboxes of a plan",
    ),
    (
        "export",
        "  mcp export jsonl > tasks.jsonl
  mcp export backlog ../backlog",
    ),
    ("resolve", "  mcp resolve             every task that two branches left in conflict\n  mcp resolve 7k3"),
    (
        "sync",
        "  mcp sync                       what other clones did, here, and ours there
  mcp claim 7k3 --offline        without the remote; the next sync settles it
`mcp help clones` tells how claims hold in several clones.",
    ),
    (
        "log",
        "  mcp log 7k3             what happened to it\n  mcp log 7k3 --commits   and its commits, each in its place",
    ),
    (
        "watch",
        "  mcp watch                        everything, until Ctrl-C
  mcp watch label:api --json       one kind of task, for a program
  mcp watch 7k3 -n 1 --timeout 1h  wait until something happens to one",
    ),
    ("note", "  mcp note 7k3 -m \"The staging key has changed\""),
    ("ask", "  mcp ask 7k3 -m \"Which ceiling for the backoff?\""),
    ("answer", "  mcp answer 7k3 -m \"Thirty seconds\""),
    (
        "edit",
        "  mcp edit 7k3                         in your editor
  mcp edit 7k3 --check 1,2             tick boxes by their numbers in `mcp show`
  mcp edit 7k3 --set priority=P0 --add-label api",
    ),
    ("split", "  mcp split 7k3 \"Write the parser\" \"Write its tests\" --in-sequence"),
    ("attach", "  mcp attach 7k3 HEAD     the last commit was for this task"),
    ("block", "  mcp block 7k3 -m \"The server is down until Monday\""),
    ("unblock", "  mcp unblock 7k3"),
    ("release", "  mcp release 7k3 -m \"I have no time for it\""),
    ("fail", "  mcp fail 7k3 -m \"The library cannot do it\""),
    ("retry", "  mcp retry 7k3           from failed back to ready"),
    ("reopen", "  mcp reopen 7k3 -m \"It came back\""),
    (
        "drop",
        "  mcp drop 7k3 -m \"Nobody needs it\"
  mcp drop 7k3 --duplicate-of 2mb",
    ),
    (
        "retro",
        "  mcp retro                                         begin the one that is due
  mcp retro add --well TEXT --improve TEXT --action TEXT
  mcp retro close",
    ),
    (
        "stats",
        "  mcp stats                       how long work takes, and what is late
  mcp stats kind:bug --since 90d  of the bugs of the last 90 days
  mcp stats --csv > stats.csv
  mcp stats --svg > flow.svg      a cumulative flow diagram
`mcp help query` explains the query.",
    ),
    (
        "archive",
        "  mcp archive                     what is done and told of in a retrospective
  mcp archive --older-than 30d    of it what ended 30 days ago or earlier
  mcp archive id:7k3              one task
  mcp archive --dry-run           only say which
`mcp help query` explains the query.",
    ),
    (
        "hooks",
        "  mcp hooks status        whether git reaches each of them
  mcp hooks install
  mcp hooks install --append   also beside hooks of yours, husky, lefthook",
    ),
    (
        "trust",
        "  mcp trust --check       which commands are not trusted yet
  mcp trust               trust them on this machine",
    ),
    ("config", "  mcp config              the settings in force, with what is not set"),
    (
        "brief",
        "  mcp brief                     the task that `mcp next` names
  mcp brief 7k3 --budget 4000   a longer one
  mcp brief 7k3 --files         with the files that it names, for a chat agent",
    ),
    (
        "serve",
        "  mcp serve --stdio                 as an agent's program starts it
  mcp --as cursor serve --stdio     in the name of cursor",
    ),
    (
        "setup",
        "  mcp setup                     which agents are used here
  mcp setup claude codex        tell these two about the board
  mcp setup claude --remove     take it all out again",
    ),
    ("uninstall", "  mcp uninstall"),
    (
        "doctor",
        "  mcp doctor              what is wrong, and what to do
  mcp doctor --fix        mend what can be mended",
    ),
    (
        "tour",
        "  mcp tour                one task's whole life, in a scratch repository
  mcp tour --keep ../try  and leave it there to play with",
    ),
    (
        "help",
        "  mcp help claim          a command
  mcp help query          a topic
  mcp help                all of both",
    ),
    (
        "man",
        "  mcp man claim                              the page of one command
  mcp man --out ~/.local/share/man/man1      all, where `man mcp-claim` looks",
    ),
    (
        "completions",
        "  bash        echo 'source <(mcp completions bash)' >> ~/.bashrc
  zsh         echo 'source <(mcp completions zsh)' >> ~/.zshrc
  fish        mcp completions fish > ~/.config/fish/completions/mcp.fish
  powershell  mcp completions powershell >> $PROFILE
The shell asks `mcp` itself: nothing has to be made anew when tasks change.",
    ),
];
