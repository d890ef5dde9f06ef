//! Faults that were ordered, and which of them the next question meets.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;

use crate::venue::Call;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Accepted at once, answered late.
    Delay(u64),
    /// On its way for so long.
    DelayBefore(u64),
    DropBefore,
    TimeoutAfter,
    Http500After,
    Http503Before,
    ResetAfter,
    BadJsonAfter,
    HalfBodyAfter,
    Limited {
        status: u16,
        retry_after: u64,
    },
    Reject(String),
    /// Answered as if it had been done.
    Forget,
}

impl Fault {
    fn parse(kind: &str) -> Option<Self> {
        let (name, argument) = kind.split_once(':').unwrap_or((kind, ""));
        let number = argument.parse::<u64>();
        Some(match name {
            "delay_ms" => Self::Delay(number.ok()?),
            "delay_before_ms" => Self::DelayBefore(number.ok()?),
            "drop_before" => Self::DropBefore,
            "timeout_after" => Self::TimeoutAfter,
            "http_500_after" => Self::Http500After,
            "http_503_before" => Self::Http503Before,
            "reset_after" => Self::ResetAfter,
            "bad_json_after" => Self::BadJsonAfter,
            "half_body_after" => Self::HalfBodyAfter,
            "http_429" => Self::Limited { status: 429, retry_after: number.unwrap_or(1) },
            "http_418" => Self::Limited { status: 418, retry_after: number.unwrap_or(120) },
            "reject" => Self::Reject(argument.to_owned()),
            "forget" => Self::Forget,
            _ => return None,
        })
    }
}

/// `{"call":…,"kind":…,"times":N|"always","probability":p,"seed":n}`; once where nothing is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
    call: Call,
    kind: String,
    #[serde(default)]
    times: Option<Times>,
    #[serde(default)]
    probability: Option<f64>,
    #[serde(default)]
    seed: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Times {
    Count(u64),
    Word(String),
}

struct Waiting {
    call: Call,
    kind: String,
    fault: Fault,
    left: Option<u64>,
    chance: Option<(f64, StdRng)>,
}

#[derive(Default)]
pub struct Faults(Vec<Waiting>);

impl Faults {
    pub fn order(&mut self, ordered: Ordered) -> Result<(), String> {
        let fault = Fault::parse(&ordered.kind).ok_or_else(|| format!("no fault is called {:?}", ordered.kind))?;
        let left = match ordered.times {
            Some(Times::Count(count)) => Some(count),
            Some(Times::Word(word)) if word == "always" => None,
            Some(Times::Word(word)) => return Err(format!("times is a number or \"always\", not {word:?}")),
            None if ordered.probability.is_some() => None,
            None => Some(1),
        };
        let chance = ordered.probability.map(|probability| (probability.clamp(0.0, 1.0), StdRng::seed_from_u64(ordered.seed)));
        self.0.push(Waiting { call: ordered.call, kind: ordered.kind, fault, left, chance });
        Ok(())
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The first that fits, with the name it was ordered by.
    pub fn meet(&mut self, call: Call) -> Option<(Fault, String)> {
        let met = self.0.iter_mut().filter(|one| (one.call == call || one.call == Call::Any) && one.left != Some(0)).find_map(|one| {
            let is_met = one.chance.as_mut().is_none_or(|(probability, random)| random.random_bool(*probability));
            is_met.then_some(one)
        })?;
        if let Some(left) = &mut met.left {
            *left -= 1;
        }
        Some((met.fault.clone(), met.kind.clone()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ordered(command: serde_json::Value) -> Faults {
        let mut faults = Faults::default();
        faults.order(serde_json::from_value(command).expect("a command")).expect("a fault");
        faults
    }

    #[test]
    fn fault_is_met_as_often_as_was_said_and_by_its_own_call() {
        let mut faults = ordered(json!({"call": "place", "kind": "http_429:7", "times": 2}));
        assert_eq!(faults.meet(Call::Cancel), None);
        let met = Some((Fault::Limited { status: 429, retry_after: 7 }, "http_429:7".to_owned()));
        assert_eq!((faults.meet(Call::Place), faults.meet(Call::Place), faults.meet(Call::Place)), (met.clone(), met, None));
    }

    #[test]
    fn same_seed_meets_the_same_faults() {
        let command = json!({"call": "any", "kind": "drop_before", "probability": 0.5, "seed": 7});
        let run = |mut faults: Faults| (0..64).map(|_| faults.meet(Call::Get).is_some()).collect::<Vec<_>>();
        let first = run(ordered(command.clone()));
        assert_eq!(first, run(ordered(command)));
        assert!(first.contains(&true) && first.contains(&false));
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        let command = serde_json::from_value(json!({"call": "any", "kind": "explode"})).expect("a command");
        assert!(Faults::default().order(command).is_err());
    }
}
