//! Sessions as a terminal shows them: who types what, and what comes back.

use super::{Run, Sandbox};

impl Sandbox {
    /// What a terminal shows for lines of the form `who$ command`, run by a shell. `T1`, `T2`, … stand for the tasks
    /// in the order in which any command of the test first named them.
    pub fn typed(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.typed_line(line)).collect()
    }

    fn typed_line(&self, line: &str) -> String {
        let (who, command) = line.split_once("$ ").expect("who types it");
        let run = self.shell_as(who, &self.with_ids(command));
        let shown = format!("{line}\n{}", run.to_string().trim_end());
        self.with_names(shown.trim_end()) + "\n"
    }

    /// Runs a line of shell as a worker of that name, both streams as one.
    pub fn shell_as(&self, name: &str, line: &str) -> Run {
        let mut command = self.command("sh");
        command.env("MCP_AGENT", name).args(["-c", &format!("exec 2>&1\n{line}")]);
        self.run(command)
    }

    /// The text of a task's file, with what differs from run to run made the same and its id as `T1`.
    pub fn text_of(&self, name: &str) -> String {
        let text = self.read(&self.file_of(&self.with_ids(name)));
        self.with_names(&self.filtered(&text))
    }

    /// The task files and retrospectives, by the names of the tasks.
    pub fn board(&self) -> String {
        let named = self.with_names(&self.tree());
        let mut lines: Vec<_> = named.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// The text with `T1`, `T2`, … replaced by the ids that they stand for.
    pub fn with_ids(&self, text: &str) -> String {
        let seen = self.seen.lock().expect("no panic");
        // As whole words: neither the start of T12 nor the T of a time.
        seen.iter().enumerate().fold(text.to_owned(), |text, (index, id)| {
            let name = regex::Regex::new(&format!(r"\bT{}\b", index + 1)).expect("a pattern");
            name.replace_all(&text, id).into_owned()
        })
    }

    /// The text with the ids of tasks replaced by `T1`, `T2`, …
    pub fn with_names(&self, text: &str) -> String {
        let seen = self.seen.lock().expect("no panic");
        seen.iter().enumerate().fold(text.to_owned(), |text, (index, id)| {
            let name = format!("T{}", index + 1);
            // In a table the columns stay where they are.
            text.replace(&format!("{id}  "), &format!("{name:8}  ")).replace(id, &name)
        })
    }

    /// Takes note of the tasks that a text names. Ids of one repeated character are the tests' own, of no task.
    pub fn remember(&self, text: &str) {
        let ids = regex::Regex::new(r"\bt-[2-9b-z]{6}\b").expect("a pattern");
        let mut seen = self.seen.lock().expect("no panic");
        for id in ids.find_iter(text).map(|found| found.as_str()) {
            let is_made_up = id[3..].chars().all(|c| c == id.as_bytes()[2] as char);
            if !is_made_up && !seen.iter().any(|known| known == id) {
                seen.push(id.to_owned());
            }
        }
    }
}
