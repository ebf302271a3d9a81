//! What the tests run as a process of its own: racing swaps, a hook, a runner that gets killed.
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mcp_handoff::git::{Index, Repository, Swap};
use mcp_handoff::process::{Command, Interrupt, run};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // Everybody tries to make the same ref at the same moment.
        ["race", repo, me, start, rounds, step] => {
            let start = UNIX_EPOCH + Duration::from_millis(start.parse()?);
            let step: u32 = step.parse()?;
            for round in 0..rounds.parse::<u32>()? {
                let at = start + Duration::from_millis(step.into()) * round;
                while let Ok(left) = at.duration_since(SystemTime::now()) {
                    std::thread::sleep(left.min(Duration::from_millis(1)) / 2);
                }
                let repository = Repository::discover(Path::new(repo))?;
                let name = format!("refs/cells/deep/r{round}");
                let swap = repository.swap_cell(&name, None, &[("who", me.as_bytes()), ("same", b"x")], false)?;
                if let Swap::Swapped(_) = swap {
                    println!("{round}");
                }
            }
        }
        // Everybody adds one to the same number until each has done it so many times.
        ["count", repo, me, times, durable] => {
            let repository = Repository::discover(Path::new(repo))?;
            let mut done = 0;
            while done < times.parse::<u32>()? {
                let old = repository.cell("refs/cells/counter")?.map(|cell| cell.oid);
                let number: u32 = match old {
                    Some(oid) => String::from_utf8(repository.cell_file(oid, "n")?.unwrap())?.parse()?,
                    None => 0,
                };
                let next = (number + 1).to_string();
                let files: [(&str, &[u8]); 2] = [("n", next.as_bytes()), ("me", me.as_bytes())];
                if let Swap::Swapped(_) =
                    repository.swap_cell("refs/cells/counter", old, &files, durable == "durable")?
                {
                    done += 1;
                }
            }
        }
        // Moves a path in the index, as a hook would.
        ["hook", from, to] => {
            let repository = Repository::from_hook()?;
            let mut index = Index::open(&repository)?;
            let blob = index.blob(from).expect("the source is staged");
            let text = [repository.blob(blob)?, b"moved\n".to_vec()].concat();
            index.remove(from)?;
            index.insert(to, repository.write_blob(&text)?)?;
            let planned = index.write_tree()?;
            index.write(&repository)?;
            assert_eq!(planned, index.write_tree()?);
            println!("{} {planned} {:?}", index.path().display(), repository.unstaged("", None)?);
        }
        ["look", how] => {
            let here = std::env::current_dir()?;
            let repository = if how == "hook" { Repository::from_hook()? } else { Repository::discover(&here)? };
            println!("{}", repository.work_dir().display());
            println!("{}", repository.head()?.branch.unwrap_or_default());
            println!("{:?}", repository.unstaged("", None)?);
            println!("{:?}", repository.config("core.hooksPath")?);
            println!("{:?}", repository.user_name()?);
        }
        ["worktree", path] => {
            let repository = Repository::from_hook()?;
            let tree = Index::open(&repository)?.write_tree()?;
            let made = repository.private_worktree(&PathBuf::from(path), tree)?.expect("nobody else uses it");
            println!("{tree} {}", made.path().display());
        }
        ["run", line, timeout] => {
            let interrupt = Interrupt::install()?;
            let finished = run(
                &Command {
                    line: line.into(),
                    dir: std::env::current_dir()?,
                    env: vec![],
                    drop_env: vec![],
                    timeout: Duration::from_millis(timeout.parse()?),
                    log: None,
                },
                &interrupt,
            )?;
            println!("{:?} {}", finished.outcome, finished.output);
        }
        ["die", marker] => {
            mcp_handoff::process::die_with_parent()?;
            std::thread::sleep(Duration::from_secs(2));
            std::fs::write(marker, "lived")?;
        }
        _ => panic!("{words:?}"),
    }
    Ok(())
}
