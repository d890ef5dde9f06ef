//! Pages of lists: 1 to 500 items, 50 when nothing is said, and a cursor to the next one.

use speedtrade::wire::Page;

use super::ServiceError;

const PAGE_LENGTH: usize = 50;
const PAGE_LENGTH_MAX: usize = 500;

pub(super) fn page_length(limit: Option<usize>) -> Result<usize, ServiceError> {
    let limit = limit.unwrap_or(PAGE_LENGTH);
    if (1..=PAGE_LENGTH_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(ServiceError::field("limit", format!("must be from 1 to {PAGE_LENGTH_MAX}")))
    }
}

/// One row more than a page, to know whether another follows.
pub(super) fn rows(limit: usize) -> i64 {
    i64::try_from(limit + 1).unwrap_or(i64::MAX)
}

pub(super) fn page<T>(mut items: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> Page<T> {
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| has_more).map(cursor);
    Page { items, next_cursor }
}
