use super::listing::at_noon;
use crate::support::Sandbox;

const TEXT: &str = "---
id: t-222222
title: Retry health checks
priority: P0
labels: [api]
created: 2026-11-20T09:00:00Z
---
## Goal

Outages of **less than a minute** are survived, see `src/health.rs` and [the notes](docs/notes.md).

## Acceptance criteria

- [x] It retries three times, with pauses that double
- [ ] It gives up then

## Implementation notes

1. First
2. Then
   ```rust
   fn retry() {}
   ```

| setting | means |
|---|---|
| `tries` | how often |

> As ada said: 健康检查 come first, and everything else waits until they are done.
";

#[test]
fn markdown_is_laid_out_for_reading() {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/tasks/ready/t-222222-retry.md", TEXT);
    insta::assert_snapshot!(at_noon(&sandbox, &["mcp show 222 --width 44", "mcp show 222 | sed -n '/^## Goal/,/^## Acc/p'"]), @"
    $ mcp show 222 --width 44
    t-222222  Retry health checks
      state      ready
      priority   P0
      labels     api
      file       .mcp/tasks/ready/t-222222-retry.md

    Goal
    ────

    Outages of less than a minute are survived,
    see src/health.rs and the notes
    (docs/notes.md).

    Acceptance criteria
    ───────────────────

    - [x] 1. It retries three times, with pauses
          that double
    - [ ] 2. It gives up then

    Implementation notes
    ────────────────────

    1. First
    2. Then
           fn retry() {}

    setting │ means
    ────────┼──────────
    tries   │ how often

    │ As ada said: 健康检查 come first, and
    │ everything else waits until they are done.
    $ mcp show 222 | sed -n '/^## Goal/,/^## Acc/p'
    ## Goal

    Outages of **less than a minute** are survived, see `src/health.rs` and [the notes](docs/notes.md).

    ## Acceptance criteria
    ");
    let raw = sandbox.mcp("show 222 --raw").success().stdout;
    assert_eq!(raw, sandbox.filtered(TEXT));
    let colored = sandbox.mcp("show 222 --width 44 --color always").success().stdout;
    let plain = sandbox.mcp("show 222 --width 44").success().stdout;
    assert_ne!(colored, plain);
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}
