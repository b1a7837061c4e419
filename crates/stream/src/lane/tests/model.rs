//! Any sequence of calls against a lane that keeps a line for each record.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unread,
    InFlight,
    Returned,
    Gone,
}

/// A record, as the model has it.
#[derive(Debug, Clone, Copy)]
struct Line {
    run: usize,
    state: State,
}

#[derive(Debug, Default)]
struct Model {
    lines: Vec<Line>,
    /// Whether each run is sealed.
    runs: Vec<bool>,
}

#[derive(Debug, Clone)]
enum Action {
    Push,
    Append(u64),
    Seal,
    /// So many records, of which the one of this index is damaged.
    Load(u64, Option<usize>),
    LoseRest,
    /// Settles one of those in flight.
    Settle(prop::sample::Index),
    GiveBack,
    TakeReturned(usize),
    Evict,
    Expire(u64),
    Spill,
    Collect,
    Abandon,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => Just(Action::Push),
        4 => (1_u64..5).prop_map(Action::Append),
        1 => Just(Action::Seal),
        4 => (1_u64..4, prop::option::weighted(0.2, 0_usize..3)).prop_map(|(count, bad)| Action::Load(count, bad)),
        1 => Just(Action::LoseRest),
        6 => any::<prop::sample::Index>().prop_map(Action::Settle),
        2 => Just(Action::GiveBack),
        2 => (1_usize..4).prop_map(Action::TakeReturned),
        1 => Just(Action::Evict),
        1 => (0_u64..6).prop_map(Action::Expire),
        1 => Just(Action::Spill),
        4 => Just(Action::Collect),
        1 => Just(Action::Abandon),
    ]
}

impl Model {
    fn of(&self, state: State) -> Vec<u64> {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| line.state == state)
            .map(|(at, _)| at as u64)
            .collect()
    }

    fn run_of_first_unread(&self) -> Option<usize> {
        self.lines
            .iter()
            .find(|line| line.state == State::Unread)
            .map(|line| line.run)
    }

    /// Takes the unread ones of a run. How many.
    fn drop_unread(&mut self, run: usize) -> u64 {
        let of_run = self
            .lines
            .iter_mut()
            .filter(|line| line.run == run && line.state == State::Unread);
        of_run.map(|line| line.state = State::Gone).count() as u64
    }

    fn is_done(&self, run: usize) -> bool {
        self.runs[run]
            && self
                .lines
                .iter()
                .all(|line| line.run != run || line.state == State::Gone)
    }
}

proptest! {
    #[test]
    fn it_does_what_a_naive_one_does(actions in prop::collection::vec(action(), 1..120)) {
        let folder = tempfile::tempdir().unwrap();
        let (mut lane, mut model) = (Lane::default(), Model::default());
        // Records that are with the worker.
        let mut held: Vec<u64> = Vec::new();
        let mut left: Vec<u64> = Vec::new();
        let mut files = 0;
        for action in actions {
            match action {
                Action::Push => {
                    if let Some(last) = model.runs.last_mut() {
                        *last = true;
                    }
                    lane.push(memory(model.runs.len() as u64), Position::START, RECORDS, 0);
                    model.runs.push(false);
                }
                Action::Append(count) if model.runs.last() == Some(&false) => {
                    append(&mut lane, count);
                    let run = model.runs.len() - 1;
                    model.lines.extend((0..count).map(|_| Line { run, state: State::Unread }));
                }
                Action::Append(_) => {}
                Action::Seal => {
                    lane.seal();
                    if let Some(last) = model.runs.last_mut() {
                        *last = true;
                    }
                }
                // The worker has one batch at a time, and reads on when nothing is left of it.
                Action::Load(count, bad) if held.is_empty() && model.of(State::Returned).is_empty() => {
                    let plan = lane.plan();
                    prop_assert_eq!(plan.is_some(), model.run_of_first_unread().is_some());
                    let Some(plan) = plan else { continue };
                    prop_assert_eq!(plan.segment.identity().unwrap().number as usize, model.run_of_first_unread().unwrap());
                    let mut reads = reads(&plan, count.min((plan.to - plan.from.offset) / LENGTH));
                    if let Some(read) = bad.and_then(|bad| reads.get_mut(bad)) {
                        read.lost = true;
                    }
                    let lost = reads.iter().filter(|read| read.lost).count() as u64;
                    prop_assert_eq!(lane.loaded(&plan, &reads), Some(lost));
                    for (sequence, read) in (plan.first_sequence..).zip(&reads) {
                        let line = &mut model.lines[sequence as usize];
                        prop_assert_eq!(line.state, State::Unread);
                        line.state = if read.lost { State::Gone } else { State::InFlight };
                        if !read.lost {
                            held.push(sequence);
                        }
                    }
                }
                Action::Load(..) => {}
                Action::LoseRest => {
                    if let Some(plan) = lane.plan() {
                        let run = model.run_of_first_unread().unwrap();
                        prop_assert_eq!(lane.lose_rest(&plan), model.drop_unread(run));
                    }
                }
                Action::Settle(index) if !held.is_empty() => {
                    let sequence = held.remove(index.index(held.len()));
                    prop_assert!(lane.settle(sequence));
                    prop_assert!(!lane.settle(sequence));
                    model.lines[sequence as usize].state = State::Gone;
                }
                Action::Settle(_) => {}
                Action::GiveBack => {
                    held.sort_unstable();
                    lane.give_back(held.iter().map(|sequence| record(*sequence)));
                    held.drain(..).for_each(|sequence| model.lines[sequence as usize].state = State::Returned);
                }
                Action::TakeReturned(count) if held.is_empty() => {
                    let taken = lane.take_returned(count, usize::MAX);
                    let taken: Vec<u64> = taken.iter().map(|record| record.sequence).collect();
                    let mut wanted = model.of(State::Returned);
                    wanted.truncate(count);
                    prop_assert_eq!(&taken, &wanted);
                    taken.iter().for_each(|sequence| model.lines[*sequence as usize].state = State::InFlight);
                    held = taken;
                }
                Action::TakeReturned(_) => {}
                Action::Evict => {
                    let run = model.run_of_first_unread().filter(|run| model.runs[*run]);
                    let wanted = run.map_or(0, |run| model.drop_unread(run));
                    prop_assert_eq!(lane.evict(), wanted);
                }
                Action::Expire(before) => {
                    let returned = model.of(State::Returned).into_iter();
                    let too_old = |sequence: &u64| {
                        let run = model.lines[*sequence as usize].run;
                        model.runs[run] && (run as u64) < before
                    };
                    let mut wanted = 0;
                    for sequence in returned.take_while(too_old).collect::<Vec<_>>() {
                        model.lines[sequence as usize].state = State::Gone;
                        wanted += 1;
                    }
                    while let Some(run) = model.run_of_first_unread().filter(|run| model.runs[*run] && (*run as u64) < before) {
                        wanted += model.drop_unread(run);
                    }
                    let too_old = |segment: &Segment| segment.identity().unwrap().created_at < before;
                    let expired = lane.expire(too_old);
                    prop_assert_eq!(expired.iter().map(|range| range.end - range.start).sum::<u64>(), wanted);
                }
                Action::Spill => {
                    let old = lane.sealed_in_memory().next().cloned();
                    if let Some(old) = old {
                        let path = folder.path().join(format!("{files}.spilled"));
                        files += 1;
                        prop_assert!(lane.replace(&old, &old.spill(&path).unwrap()));
                    }
                }
                Action::Collect => left.extend(finished(&lane.collect())),
                Action::Abandon => {
                    for run in lane.abandon() {
                        let number = run.segment.identity().unwrap().number;
                        let unsettled = model.lines.iter().filter(|line| line.run as u64 == number && line.state != State::Gone);
                        prop_assert_eq!(run.unsettled(), unsettled.count() as u64);
                        left.push(number);
                    }
                    model.lines.iter_mut().for_each(|line| line.state = State::Gone);
                    model.runs.iter_mut().for_each(|sealed| *sealed = true);
                    held.clear();
                }
            }
            compare(&mut lane, &model)?;
        }
        // What is not needed has left, once, and nothing else has.
        left.extend(finished(&lane.collect()));
        left.sort_unstable();
        let done: Vec<u64> = (0..model.runs.len()).filter(|run| model.is_done(*run)).map(|run| run as u64).collect();
        prop_assert_eq!(left, done);
    }
}

fn compare(lane: &mut Lane, model: &Model) -> Result<(), TestCaseError> {
    let (unread, returned) = (model.of(State::Unread), model.of(State::Returned));
    let mut pending = [model.of(State::InFlight), returned.clone(), unread.clone()].concat();
    pending.sort_unstable();
    let next = model.lines.len() as u64;
    prop_assert_eq!(lane.next_sequence(), next);
    prop_assert_eq!(lane.pending(), pending.len() as u64);
    prop_assert_eq!(lane.first_waiting(), returned.first().or(unread.first()).copied());
    let bytes = unread.len() as u64 * LENGTH + returned.len() as u64 * 10;
    prop_assert_eq!(lane.waiting(), ((unread.len() + returned.len()) as u64, bytes));
    for before in [0, next / 2, next, next + 3] {
        let wanted = pending.iter().filter(|sequence| **sequence < before).count() as u64;
        prop_assert_eq!(lane.pending_before(before), wanted);
    }
    lane.advance();
    prop_assert_eq!(lane.settled_before(), pending.first().copied().unwrap_or(next));
    // A successor begins in front of all that is not settled.
    for run in &lane.runs {
        let number = run.segment.identity().unwrap().number as usize;
        let of_run = model.lines.iter().filter(|line| line.run == number);
        let in_turn = of_run.take_while(|line| line.state == State::Gone).count();
        prop_assert!(run.acknowledged().index as usize <= in_turn);
    }
    let memory = lane.runs.iter().filter(|run| run.segment.is_memory());
    prop_assert_eq!(
        lane.memory_bytes(),
        memory.map(|run| run.unsettled_bytes).sum::<u64>()
    );
    Ok(())
}
