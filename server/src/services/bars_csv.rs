//! Bars as a table that programs and spreadsheets read: `t,o,h,l,c,v`, times in RFC 3339 UTC, numbers as exact decimals.
//!
//! Reading takes all lines or none, and says which one is wrong.

use std::io::Read;

use speedtrade::{
    market::{Bar, Timeframe},
    money::{Price, Qty},
    time::Timestamp,
};

pub const COLUMNS: [&str; 6] = ["t", "o", "h", "l", "c", "v"];
/// Of one file: half a year of minutes.
const LIMITS: Limits = Limits { rows: 300_000, bytes: 64 << 20 };

#[derive(Debug, Clone, Copy)]
struct Limits {
    rows: usize,
    bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum BarsCsvError {
    #[error("the first line has to be: t,o,h,l,c,v")]
    Head,
    #[error("line {line}: {words}")]
    Line { line: u64, words: String },
    #[error("line {line}: at most {} lines and {} MiB at once: import the file in parts", LIMITS.rows, LIMITS.bytes >> 20)]
    TooLong { line: u64 },
    #[error("there are no bars in it")]
    Empty,
    #[error("it can't be read: {0}")]
    Read(#[from] std::io::Error),
}

pub fn write(bars: &[Bar]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for bar in bars {
        let [o, h, l, c] = [bar.o, bar.h, bar.l, bar.c].map(|price| price.to_string());
        writer.write_record([bar.t.to_string(), o, h, l, c, bar.v.to_string()])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Oldest first, each at the start of a bar of `timeframe` that is over `now`, none twice.
pub fn read(file: impl Read, timeframe: Timeframe, now: Timestamp) -> Result<Vec<Bar>, BarsCsvError> {
    read_within(LIMITS, file, timeframe, now)
}

fn read_within(limits: Limits, file: impl Read, timeframe: Timeframe, now: Timestamp) -> Result<Vec<Bar>, BarsCsvError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).trim(csv::Trim::All).from_reader(file.take(limits.bytes + 1));
    if reader.headers().map_err(unreadable)?.iter().ne(COLUMNS) {
        return Err(BarsCsvError::Head);
    }
    let mut bars: Vec<Bar> = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let is_there = reader.read_record(&mut record);
        // First, because the last line of a file that is cut off looks wrong.
        if reader.position().byte() > limits.bytes {
            return Err(BarsCsvError::TooLong { line });
        }
        if !is_there.map_err(unreadable)? {
            break;
        }
        if bars.len() == limits.rows {
            return Err(BarsCsvError::TooLong { line });
        }
        let wrong = |words: String| BarsCsvError::Line { line: record.position().map_or(line, csv::Position::line), words };
        let bar = bar(&record).and_then(|bar| checked(bar, bars.last(), timeframe)).map_err(wrong)?;
        if bar.t.plus_micros(timeframe.step_us()) > now {
            return Err(wrong("the bar is not over yet".to_owned()));
        }
        bars.push(bar);
    }
    if bars.is_empty() { Err(BarsCsvError::Empty) } else { Ok(bars) }
}

fn unreadable(error: csv::Error) -> BarsCsvError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => BarsCsvError::Read(error),
        csv::ErrorKind::Utf8 { .. } => BarsCsvError::Line { line, words: "is not UTF-8".to_owned() },
        csv::ErrorKind::UnequalLengths { .. } => BarsCsvError::Line { line, words: "has to have six values".to_owned() },
        csv::ErrorKind::Seek | csv::ErrorKind::Serialize(_) | csv::ErrorKind::Deserialize { .. } | _ => {
            BarsCsvError::Line { line, words: "is no line of a table".to_owned() }
        }
    }
}

fn bar(record: &csv::StringRecord) -> Result<Bar, String> {
    let text = |place: usize| record.get(place).unwrap_or_default();
    let price = |place: usize| text(place).parse::<Price>().map_err(|_| format!("{} is no price", COLUMNS[place]));
    Ok(Bar {
        t: Timestamp::parse_rfc3339(text(0)).map_err(|_| "t is no time like 2026-11-25T14:30:00Z".to_owned())?,
        o: price(1)?,
        h: price(2)?,
        l: price(3)?,
        c: price(4)?,
        v: text(5).parse::<Qty>().map_err(|_| "v is no quantity".to_owned())?,
    })
}

fn checked(bar: Bar, before: Option<&Bar>, timeframe: Timeframe) -> Result<Bar, String> {
    if timeframe.bar_start(bar.t) != bar.t {
        return Err(format!("no bar of {} starts at {}", timeframe.as_str(), bar.t));
    }
    if before.is_some_and(|before| before.t >= bar.t) {
        return Err("the bars have to be in the order of time, each once".to_owned());
    }
    if [bar.o, bar.c, bar.l].iter().any(|price| *price > bar.h) || [bar.o, bar.c].iter().any(|price| *price < bar.l) {
        return Err("open and close have to lie between low and high".to_owned());
    }
    Ok(bar)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HEAD: &str = "t,o,h,l,c,v\n";

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-26T10:00:00Z").expect("valid")
    }

    #[test]
    fn what_was_read_is_written_as_it_was() {
        let text =
            "t,o,h,l,c,v\n2026-11-24T00:00:00.000Z,10.00,12.50,9.75,11.00,1000\n2026-11-25T00:00:00.000Z,11.00,11.00,11.00,11.00,0.5\n";
        let bars = read(text.as_bytes(), Timeframe::D1, now()).expect("bars");
        assert_eq!(String::from_utf8(write(&bars).expect("written")).expect("text"), text);
    }

    #[rstest]
    #[case::head("time,open\n", "the first line has to be")]
    #[case::nothing(HEAD, "there are no bars")]
    #[case::price("2026-11-25T00:00:00Z,x,2,1,1,1", "line 2: o is no price")]
    #[case::negative("2026-11-25T00:00:00Z,1,2,-1,1,1", "line 2: l is no price")]
    #[case::volume("2026-11-25T00:00:00Z,1,2,1,1,many", "line 2: v is no quantity")]
    #[case::time("yesterday,1,2,1,1,1", "line 2: t is no time")]
    #[case::grid("2026-11-25T00:01:00Z,1,2,1,1,1", "line 2: no bar of 1d starts at")]
    #[case::order("2026-11-25T00:00:00Z,1,2,1,1,1\n2026-11-24T00:00:00Z,1,2,1,1,1", "line 3: the bars have to be in the order")]
    #[case::doubled("2026-11-25T00:00:00Z,1,2,1,1,1\n2026-11-25T00:00:00Z,1,2,1,1,1", "line 3: the bars have to be in the order")]
    #[case::above("2026-11-25T00:00:00Z,1,2,1,3,1", "line 2: open and close have to lie")]
    #[case::below("2026-11-25T00:00:00Z,1,2,1.5,1.7,1", "line 2: open and close have to lie")]
    #[case::upside_down("2026-11-25T00:00:00Z,1,1,2,1,1", "line 2: open and close have to lie")]
    #[case::exponent("2026-11-25T00:00:00Z,1e0,2,1,1,1", "line 2: o is no price")]
    #[case::nan("2026-11-25T00:00:00Z,NaN,2,1,1,1", "line 2: o is no price")]
    #[case::negative_volume("2026-11-25T00:00:00Z,1,2,1,1,-1", "line 2: v is no quantity")]
    #[case::forming("2026-11-25T00:00:00Z,1,2,1,1,1\n2026-11-26T00:00:00Z,1,2,1,1,1", "line 3: the bar is not over yet")]
    #[case::columns("2026-11-25T00:00:00Z,1,2,1,1", "line 2: has to have six values")]
    fn a_wrong_line_is_named_and_nothing_is_taken(#[case] lines: &str, #[case] words: &str) {
        let text = if lines.starts_with("time") || lines == HEAD { lines.to_owned() } else { [HEAD, lines].concat() };
        let error = read(text.as_bytes(), Timeframe::D1, now()).expect_err("refused").to_string();
        assert!(error.starts_with(words), "{error}");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let error = read([HEAD.as_bytes(), b"2026-11-25T00:00:00Z,\xff,1,1,1,1"].concat().as_slice(), Timeframe::D1, now());
        assert_eq!(error.expect_err("refused").to_string(), "line 2: is not UTF-8");
    }

    #[rstest]
    #[case::as_long_as_may_be(2, 92, None)]
    #[case::a_row_more(1, 92, Some(3))]
    #[case::a_byte_more(2, 91, Some(3))]
    #[case::cut_off_within_a_line(2, 70, Some(3))]
    fn a_file_that_is_too_long_is_refused(#[case] rows: usize, #[case] bytes: u64, #[case] refused_at: Option<u64>) {
        let text = [HEAD, "2026-11-24T00:00:00.000Z,10,12,9,11,7777\n", "2026-11-25T00:00:00.000Z,11,11,11,11,0\n"].concat();
        assert_eq!(text.len(), 92);
        let said = read_within(Limits { rows, bytes }, text.as_bytes(), Timeframe::D1, now());
        let line = match said {
            Ok(_) => None,
            Err(BarsCsvError::TooLong { line }) => Some(line),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(line, refused_at);
    }
}
