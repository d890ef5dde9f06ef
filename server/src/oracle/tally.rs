//! What came of the cases. Must never pass a case that is neither equal nor listed, nor one that is listed in vain.

use std::{collections::BTreeSet, fmt};

use super::{
    cases::Case,
    sent::{self, Sent},
};

/// Method, description or source, how ours differs, and the vendor's rule or our decision.
pub(super) type Listed = (&'static str, &'static str, &'static str, &'static str);

pub(super) struct Tally {
    venue: &'static str,
    requests: Part,
    responses: Part,
    signatures: usize,
    faults: Vec<String>,
}

struct Part {
    name: &'static str,
    listed: &'static [Listed],
    met: BTreeSet<usize>,
    equal: usize,
}

impl Part {
    fn new(name: &'static str, listed: &'static [Listed]) -> Self {
        Self { name, listed, met: BTreeSet::new(), equal: 0 }
    }

    fn judge(&mut self, case: &Case, difference: &str) -> Option<String> {
        let place = self.listed.iter().position(|(method, about, ..)| *method == case.method && *about == case.about());
        let fault = match place {
            None if difference.is_empty() => {
                self.equal += 1;
                return None;
            }
            None => format!("differs and is not listed: {difference}"),
            Some(_) if difference.is_empty() => "is listed and equal".to_owned(),
            Some(place) if !self.met.insert(place) => "is there twice".to_owned(),
            Some(place) if self.listed[place].2 != difference => format!("differs otherwise than listed: {difference}"),
            Some(_) => return None,
        };
        Some(format!("{} {case} {fault}", self.name))
    }

    fn in_vain(&self) -> impl Iterator<Item = String> {
        let unmet = self.listed.iter().enumerate().filter(|(place, _)| !self.met.contains(place));
        unmet.map(|(_, (method, about, ..))| format!("{} {method} \"{about}\" is listed and not so in the files", self.name))
    }
}

impl Tally {
    pub(super) fn new(venue: &'static str, requests: &'static [Listed], responses: &'static [Listed]) -> Self {
        let (requests, responses) = (Part::new("request", requests), Part::new("response", responses));
        Self { venue, requests, responses, signatures: 0, faults: Vec::new() }
    }

    /// `plain` makes their names of pairs ours. `Err`: nothing was sent, and why.
    pub(super) fn request(&mut self, case: &Case, asked: &Result<Sent, String>, plain: fn(&str) -> String) {
        let words = match asked {
            Ok(sent) => sent::unlike(&sent::theirs(case, plain), sent::ours(sent)),
            Err(why) => why.clone(),
        };
        self.faults.extend(self.requests.judge(case, &words));
    }

    /// How it differs from the case, or nothing.
    pub(super) fn response(&mut self, case: &Case, words: &str) {
        self.faults.extend(self.responses.judge(case, words));
    }

    /// Byte by byte: there is nothing to list.
    pub(super) fn signature(&mut self, about: impl fmt::Display, ours: &str, theirs: &str) {
        if ours == theirs {
            self.signatures += 1;
        } else {
            self.faults.push(format!("signature of {about}: {ours} and not {theirs}"));
        }
    }

    pub(super) fn finish(self) {
        let listed = self.requests.met.len() + self.responses.met.len();
        let (requests, signatures, responses) = (self.requests.equal, self.signatures, self.responses.equal);
        let venue = self.venue;
        eprintln!("{venue}: requests equal {requests}, signatures equal {signatures}, responses equal {responses}, listed {listed}");
        let faults = self.faults();
        assert!(faults.is_empty(), "{venue}:\n  {}", faults.join("\n  "));
    }

    fn faults(mut self) -> Vec<String> {
        self.faults.extend(self.requests.in_vain().chain(self.responses.in_vain()));
        self.faults
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LISTED: &[Listed] = &[("fetchOrder", "late", "-id=1", "made up")];

    #[rstest]
    #[case::equal("fetchTime", "", 0)]
    #[case::as_listed("fetchOrder", "-id=1", 0)]
    #[case::not_listed("fetchTime", "-id=1", 1)]
    #[case::otherwise_than_listed("fetchOrder", "-id=2", 1)]
    #[case::listed_and_equal("fetchOrder", "", 2)]
    fn a_case_passes_as_equal_or_as_it_is_listed(#[case] method: &str, #[case] words: &str, #[case] faults: usize) {
        let listed = if method == "fetchOrder" { LISTED } else { &[] };
        let mut tally = Tally::new("nowhere", &[], listed);
        let case = format!(r#"{{"method": "{method}", "source": "late", "input": []}}"#);
        tally.response(&serde_json::from_str(&case).expect("a case"), words);
        let found = tally.faults();
        assert_eq!(found.len(), faults, "{found:?}");
    }

    #[test]
    fn what_is_listed_in_vain_and_a_wrong_signature_fail() {
        let mut tally = Tally::new("nowhere", LISTED, &[]);
        tally.signature("a question", "ours", "theirs");
        tally.signature("another", "same", "same");
        let found = tally.faults();
        assert!(found.len() == 2 && found[0].contains("ours") && found[1].contains("late"), "{found:?}");
    }
}
