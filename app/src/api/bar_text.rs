//! Bars as lines of text, `seconds open high low close volume`: a third of their JSON, and read without a reader of objects.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use speedtrade::{market::Bar, time::Timestamp};

/// Oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bars(pub Vec<Bar>);

impl Serialize for Bars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines: Vec<String> = self.0.iter().map(line).collect();
        serializer.serialize_str(&lines.join("\n"))
    }
}

impl<'de> Deserialize<'de> for Bars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.lines().map(bar).collect::<Option<_>>().map(Self).ok_or_else(|| D::Error::custom("a line is no bar"))
    }
}

fn line(bar: &Bar) -> String {
    format!("{} {} {} {} {} {}", bar.t.seconds(), bar.o, bar.h, bar.l, bar.c, bar.v)
}

fn bar(line: &str) -> Option<Bar> {
    let mut words = line.split(' ');
    let seconds: i64 = words.next()?.parse().ok()?;
    let mut price = || words.next()?.parse().ok();
    let t = Timestamp::from_micros(seconds.checked_mul(1_000_000)?);
    Some(Bar { t, o: price()?, h: price()?, l: price()?, c: price()?, v: words.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Bar {
        let at = |text: &str| text.parse().expect("valid");
        let v = "1200.5".parse().expect("valid");
        Bar { t: Timestamp::from_micros(1_763_802_000_000_000), o: at("178.5"), h: at("179"), l: at("0.0001"), c: at("178.99"), v }
    }

    #[test]
    fn bars_survive_their_text() {
        for bars in [Bars::default(), Bars(vec![sample()]), Bars(vec![sample(), sample()])] {
            let text = serde_json::to_string(&bars).expect("serializable");
            assert_eq!(serde_json::from_str::<Bars>(&text).expect("readable"), bars, "{text}");
        }
    }

    #[test]
    fn half_a_bar_is_refused() {
        for text in ["\"1 2 3\"", "\"x 1 1 1 1 1\"", "\"9223372036854775807 1 1 1 1 1\"", "[]"] {
            assert!(serde_json::from_str::<Bars>(text).is_err(), "{text}");
        }
    }
}
