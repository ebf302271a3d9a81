//! Two cells of one task, from two clones, brought to one: what the remote has told others stands, and nothing said is lost.

use crate::text::Document;

use super::actor::Holder;
use super::change::Setting;
use super::claim::Claim;
use super::merge::{Side, merged};
use super::sections::{ERRORS, EVIDENCE, KEYS, LOG, ORDER, QUESTIONS, REVIEW};
use super::state::State;

/// A cell: a claim and a text.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Who has it, and where it stands.
    pub claim: Claim,
    /// The task's text.
    pub text: Document,
}

/// What two tellings come to.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The telling of both. Its nonce is that of the telling from which it differs in nothing, else the one of whose claim it
    /// is: whoever writes it down as something new gives it one of its own.
    pub telling: Telling,
    /// Of which of the two it is.
    pub whose: Whose,
    /// What we did to state or holder did not reach the remote in time, and gave way.
    pub gave_way: bool,
}

/// Of which telling the result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Ours as it is.
    Ours,
    /// The remote's as it is.
    Theirs,
    /// Something of both.
    Both,
}

/// Brings our cell and the remote's to one. `base` is what of the remote's ours has in it.
pub fn settled(base: Option<&Telling>, ours: &Telling, theirs: &Telling) -> Settled {
    let nonce = |telling: &Telling| telling.claim.nonce.clone();
    if base.is_some_and(|base| nonce(base) == nonce(theirs)) {
        return Settled { telling: ours.clone(), whose: Whose::Ours, gave_way: false };
    }
    if nonce(ours) == nonce(theirs) || base.is_some_and(|base| nonce(base) == nonce(ours)) {
        return Settled { telling: theirs.clone(), whose: Whose::Theirs, gave_way: false };
    }
    let is_theirs = whose_stands(base, &ours.claim, &theirs.claim);
    let (stands, other) = if is_theirs { (theirs, ours) } else { (ours, theirs) };
    let differs = standing(&ours.claim) != standing(&theirs.claim);
    let mut winner = stands.clone();
    if differs && winner.claim.rev <= other.claim.rev {
        // A file of the other telling must not look newer than what stands.
        winner.claim.rev = other.claim.rev.saturating_add(1);
    }
    let rev = winner.claim.rev;
    // Only as text: that it is refused leaves a number that the claim knows better.
    let _ = winner.text.set_ordered("rev", Setting::Number(rev), KEYS);
    let text = joined(base, &winner, other);
    let claim = claim_of_both(winner.claim, other, stands.text.as_str(), text.as_str());
    let is_same_work = ours.claim.state == theirs.claim.state
        && ours.claim.holder.as_ref().zip(theirs.claim.holder.as_ref()).is_some_and(|(one, two)| one.is_same(two));
    let had_moved = base.is_none_or(|base| standing(&base.claim) != standing(&ours.claim));
    let gave_way = is_theirs && differs && had_moved && !is_same_work && ours.claim.epoch > 0;
    Settled { telling: Telling { claim, text }, whose: Whose::Both, gave_way }
}

/// What a verb changes of a claim when it moves the task or gives it to somebody.
fn standing(claim: &Claim) -> (u64, u64, State, Option<&Holder>) {
    (claim.epoch, claim.rev, claim.state, claim.holder.as_ref())
}

/// Whether the remote's claim stands: what it has told others is never taken back.
fn whose_stands(base: Option<&Telling>, ours: &Claim, theirs: &Claim) -> bool {
    let Some(base) = base.map(|base| &base.claim) else {
        // Nothing was shared so far: who holds it, or has heard more of it, knows.
        let rank = |claim: &Claim| (claim.epoch, claim.rev);
        return theirs.holder.is_some() || rank(theirs) >= rank(ours);
    };
    standing(theirs) != standing(base) || standing(ours) == standing(base)
}

/// The text of both, with the keys of the one that stands.
fn joined(base: Option<&Telling>, stands: &Telling, other: &Telling) -> Document {
    let side = |telling: &Telling| Side { state: telling.claim.state, document: telling.text.clone() };
    if let Some(side) = merged(base.map(side).as_ref(), &side(stands), &side(other)) {
        return side.document;
    }
    // A text that cannot be taken apart: what stands, with every event of the other.
    let mut text = stands.text.clone();
    for section in [QUESTIONS, REVIEW, ERRORS, EVIDENCE, LOG] {
        let known: Vec<String> = text.entries(section).into_iter().map(|entry| entry.text).collect();
        for entry in other.text.entries(section).into_iter().filter(|entry| !known.contains(&entry.text)) {
            let _ = text.append(section, &format!("- {}", entry.text.replace('\n', "\n  ")), ORDER);
        }
    }
    text
}

fn claim_of_both(stands: Claim, other: &Telling, before: &str, text: &str) -> Claim {
    let mut claim = stands;
    for worker in &other.claim.workers {
        if !claim.workers.contains(worker) {
            claim.workers.push(worker.clone());
        }
    }
    // Either text may lie in a checkout: neither has anything that this one lacks.
    let own = std::mem::take(&mut claim.wrote);
    claim.wrote = other.claim.wrote.iter().filter(|known| !own.contains(known)).cloned().chain(own.clone()).collect();
    if other.text.as_str() != text {
        claim.remember(other.text.as_str().as_bytes());
    }
    if before != text {
        claim.remember(before.as_bytes());
    }
    let is_same_holder = claim.epoch == other.claim.epoch && claim.holder == other.claim.holder;
    if is_same_holder && other.claim.lease > claim.lease {
        claim.lease = other.claim.lease;
    }
    claim
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Actor, TaskId};

    /// A cell: what its claim says, in words, and the last line of its log.
    fn telling(nonce: &str, state: State, rev: u64, epoch: u64, holder: Option<&str>, said: &str) -> Telling {
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        let mut claim = Claim { epoch, nonce: nonce.to_owned(), ..Claim::unheld(id, state, rev, String::new()) };
        claim.holder = holder.map(|name| Holder {
            actor: Actor::named(name).expect("a name"),
            session: name.to_owned(),
            clone_id: None,
        });
        let text = format!(
            "---\nid: t-7k3f9q\nrev: {rev}\n---\n## Log\n- 2026-11-20T09:00:00Z ada created\n- 2026-11-20T09:01:00Z {said}\n"
        );
        Telling { claim, text: Document::parse(text).expect("a document") }
    }

    fn words(settled: &Settled) -> String {
        let claim = &settled.telling.claim;
        let holder = claim.holder.as_ref().map_or("nobody", |holder| holder.actor.as_str());
        let said = settled.telling.text.entries(LOG).len();
        format!(
            "{:?}: {} by {holder}, rev {}, epoch {}, {said} lines, gave way: {}",
            settled.whose, claim.state, claim.rev, claim.epoch, settled.gave_way
        )
    }

    #[test]
    fn what_one_side_alone_changed_is_as_it_has_it() {
        let base = telling("a", State::Ready, 2, 0, None, "ada prepared");
        let held = telling("b", State::InProgress, 3, 1, Some("bo"), "bo claimed");
        insta::assert_snapshot!(words(&settled(Some(&base), &base, &held)), @"Theirs: in-progress by bo, rev 3, epoch 1, 2 lines, gave way: false");
        insta::assert_snapshot!(words(&settled(Some(&base), &held, &base)), @"Ours: in-progress by bo, rev 3, epoch 1, 2 lines, gave way: false");
        let noted = telling("c", State::Ready, 2, 0, None, "cy note: one");
        insta::assert_snapshot!(words(&settled(Some(&base), &held, &noted)), @"Both: in-progress by bo, rev 3, epoch 1, 3 lines, gave way: false");
        insta::assert_snapshot!(words(&settled(Some(&base), &noted, &held)), @"Both: in-progress by bo, rev 3, epoch 1, 3 lines, gave way: false");
    }

    #[test]
    fn what_the_remote_has_told_others_stands_whatever_was_counted_here() {
        let base = telling("a", State::Ready, 2, 0, None, "ada prepared");
        let theirs = telling("b", State::InProgress, 3, 1, Some("bo"), "bo claimed");
        let ours = telling("c", State::InProgress, 5, 3, Some("cy"), "cy claimed");
        insta::assert_snapshot!(words(&settled(Some(&base), &ours, &theirs)), @"Both: in-progress by bo, rev 6, epoch 1, 3 lines, gave way: true");
        // Nothing was shared before: who has heard more knows, unless the other one is held.
        insta::assert_snapshot!(words(&settled(None, &ours, &theirs)), @"Both: in-progress by bo, rev 6, epoch 1, 3 lines, gave way: true");
        insta::assert_snapshot!(words(&settled(None, &ours, &base)), @"Both: in-progress by cy, rev 5, epoch 3, 3 lines, gave way: false");
    }
}
