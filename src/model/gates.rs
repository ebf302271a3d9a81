//! The gates: what must hold before a task is ready, and before it is done.

use std::collections::{BTreeMap, BTreeSet};

use super::actor::Actor;
use super::config::Approval;
use super::id::TaskId;
use super::sections::{self, is_placeholder};
use super::task::Task;

/// What is missing for `ready/`, each in words that name it exactly.
pub fn missing_for_ready(task: &Task, is_known: impl Fn(&TaskId) -> bool) -> Vec<String> {
    let mut missing = Vec::new();
    if is_placeholder(task.document.section_text(sections::GOAL).unwrap_or_default()) {
        missing.push("it has no goal".to_owned());
    }
    let criteria = task.document.checkboxes(sections::CRITERIA);
    if criteria.is_empty() {
        missing.push("it has no acceptance criterion (`- [ ] …`)".to_owned());
    }
    for criterion in criteria.iter().filter(|criterion| is_placeholder(&criterion.text)) {
        missing.push(format!("acceptance criterion {} is still a placeholder", criterion.number));
    }
    for open in task.document.checkboxes(sections::READY).iter().filter(|open| !open.is_checked) {
        missing.push(format!("the definition of ready has an open box: {}", open.text));
    }
    for word in &task.front.depends_on {
        match TaskId::parse(word) {
            Some(id) if id == task.id => missing.push("it depends on itself".to_owned()),
            Some(id) if is_known(&id) => {}
            _ => missing.push(format!("it depends on {word}, which the board does not have")),
        }
    }
    missing
}

/// What is missing for `done/`, as far as the text tells; evidence is asked for elsewhere.
pub fn missing_for_done(task: &Task) -> Vec<String> {
    let mut missing: Vec<_> = task
        .criteria()
        .into_iter()
        .filter(|criterion| !criterion.is_met)
        .map(|criterion| {
            // The numbers go on through both sections: they are what `edit --check` takes.
            let of = if criterion.section == sections::CRITERIA { "criterion" } else { "definition of done, box" };
            format!("{of} {} is open: {}", criterion.number, criterion.text)
        })
        .collect();
    missing.extend(task.open_questions().into_iter().map(|question| format!("a question is open: {question}")));
    missing
}

/// Whether an approval is needed, and there is none for this code tree yet. `workers` are all the board knows.
pub fn needs_approval(policy: Approval, task: &Task, actor: &Actor, workers: &BTreeSet<Actor>, tree: &str) -> bool {
    let is_needed = match policy {
        Approval::Never => false,
        Approval::Always => true,
        Approval::Auto => workers.len() > 1,
    };
    let held = task.workers();
    let is_reviewer = !held.contains(actor) && !held.is_empty();
    let is_approved = task.approvals().iter().any(|(by, approved)| approved == tree && !held.contains(by));
    is_needed && !is_reviewer && !is_approved
}

/// A circle of dependencies through `start`, if there is one, as the ids in order.
pub fn cycle(start: &TaskId, depends_on: &BTreeMap<TaskId, Vec<TaskId>>) -> Option<Vec<TaskId>> {
    let mut stack = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(path) = stack.pop() {
        let last = path.last().expect("a path starts with one id");
        for next in depends_on.get(last).into_iter().flatten() {
            if next == start {
                return Some(path);
            }
            if seen.insert(next.clone()) {
                let mut longer = path.clone();
                longer.push(next.clone());
                stack.push(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::text::Document;

    fn task(body: &str) -> Task {
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        let document = Document::parse(body.to_owned()).expect("a document");
        Task::read(id, State::Pending, "x.md".to_owned(), document).expect("a task")
    }

    #[test]
    fn a_stub_names_everything_that_is_missing() {
        let stub = task(
            "---\ndepends_on: [t-7k3f9q, t-zzzzzz, nonsense]\n---\n## Goal\n\n<!-- why -->\n\n## Acceptance criteria\n- [ ] <!-- what -->\n",
        );
        assert_eq!(
            missing_for_ready(&stub, |_| false),
            [
                "it has no goal",
                "acceptance criterion 1 is still a placeholder",
                "it depends on itself",
                "it depends on t-zzzzzz, which the board does not have",
                "it depends on nonsense, which the board does not have",
            ]
        );
    }

    #[test]
    fn open_boxes_and_questions_keep_a_task_from_done() {
        let open = task(
            "## Acceptance criteria\n- [x] a\n- [ ] b\n## Definition of done\n- [ ] c\n## Questions\n- [ ] 2026-11-20T10:01:00Z bo (needs input): which?\n",
        );
        assert_eq!(missing_for_done(&open).len(), 3);
        assert_eq!(missing_for_done(&open)[1], "definition of done, box 3 is open: c");
    }

    #[test]
    fn an_approval_counts_only_for_its_tree_and_from_somebody_else() {
        let text = "## Review feedback\n- 2026-11-20T10:00:00Z bo approved tree:aaaa\n## Log\n- 2026-11-20T09:00:00Z ada claimed\n";
        let (ada, bo) = (Actor::named("ada").expect("a name"), Actor::named("bo").expect("a name"));
        let workers = BTreeSet::from([ada.clone(), bo.clone()]);
        assert!(!needs_approval(Approval::Auto, &task(text), &ada, &workers, "aaaa"));
        assert!(needs_approval(Approval::Auto, &task(text), &ada, &workers, "bbbb"));
        assert!(!needs_approval(Approval::Auto, &task(text), &bo, &workers, "bbbb"));
        assert!(!needs_approval(Approval::Auto, &task(text), &ada, &BTreeSet::from([ada.clone()]), "bbbb"));
        let rejected = text.replace("## Log", "- 2026-11-20T11:00:00Z bo rejected: no\n## Log");
        assert!(needs_approval(Approval::Auto, &task(&rejected), &ada, &workers, "aaaa"));
    }

    #[test]
    fn circles_are_found() {
        let id = |tail: &str| TaskId::parse(&format!("t-{tail}")).expect("a whole id");
        let (a, b, c) = (id("222222"), id("333333"), id("444444"));
        let map =
            BTreeMap::from([(a.clone(), vec![b.clone()]), (b.clone(), vec![c.clone()]), (c.clone(), vec![a.clone()])]);
        assert_eq!(cycle(&a, &map), Some(vec![a.clone(), b, c.clone()]));
        assert_eq!(cycle(&a, &BTreeMap::from([(a.clone(), vec![c])])), None);
    }
}
