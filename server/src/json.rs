//! JSON of plain things, written into room made before: most are shorter, and then it need not grow.

use serde::Serialize;

pub(crate) fn to_vec(thing: &impl Serialize, room: usize) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, thing)?;
    Ok(json)
}
