//! The store of alerts on both databases: what is written is read, and one firing of a number wins.

use std::{cmp::Ordering, collections::HashSet};

use rstest::rstest;
use server::{
    clock::Clock,
    store::{self, AlertQuery, Db, Firing, Remembered, Writer},
};
use speedtrade::{
    alert::{Alert, AlertStatus, AlertTerms, Condition, Fired, Memory, Repeat},
    ids::{AlertId, FiringId, UserId},
    time::Timestamp,
};

use super::clock;
use crate::{
    databases::{Kind, TestDb},
    trading::new_user_at,
};

fn alert(user: UserId, condition: Condition, repeat: Repeat, clock: &Clock) -> Alert {
    let now = clock.now();
    Alert {
        id: AlertId::new(clock.new_id()),
        user_id: user,
        symbol: "KO".parse().expect("valid"),
        terms: AlertTerms { condition, repeat, expires_at: Some(now.plus_micros(1_000_000)) },
        note: "a note".to_owned(),
        status: AlertStatus::Armed,
        memory: Memory { stood: Some(Ordering::Greater), ..Memory::default() },
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn firing(alert: &Alert, clock: &Clock) -> Firing {
    let found = speedtrade::alert::Firing {
        number: alert.memory.fired_count + 1,
        price: "71.25".parse().expect("valid"),
        time: clock.now().plus_micros(-5),
    };
    let fired = alert.fired(&found, FiringId::new(clock.new_id()), clock.now());
    let memory = Memory { stood: Some(Ordering::Less), is_ready: false, fired_count: found.number, last_fired_at: Some(found.time) };
    Firing { fired, version: alert.version, status: AlertStatus::Armed, memory }
}

async fn insert(db: &Db, alert: &Alert) {
    let mut tx = db.begin().await.expect("begins");
    store::insert_alert(&mut tx, alert).await.expect("inserted");
    tx.commit().await.expect("committed");
}

/// Which of the firings were written.
async fn fire(db: &Db, firings: &[Firing]) -> HashSet<AlertId> {
    let mut tx = db.begin().await.expect("begins");
    let won = store::fire(&mut tx, firings).await.expect("answers");
    tx.commit().await.expect("committed");
    won
}

#[rstest]
#[tokio::test]
async fn every_condition_comes_back_as_it_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let target = "70.0001".parse().expect("valid");
    let mut made = Vec::new();
    for condition in [
        Condition::Above(target),
        Condition::Below(target),
        Condition::Crosses(target),
        Condition::CrossesUp(target),
        Condition::CrossesDown(target),
        Condition::PctMove { percent: "2.5".parse().expect("valid"), minutes: 1_440 },
        Condition::VolumeSpike { multiple: "3.25".parse().expect("valid"), minutes: 20 },
    ] {
        let alert = alert(user, condition, Repeat::EveryTime, &clock);
        insert(&test.db, &alert).await;
        assert_eq!(store::find_alert(&test.db, user, alert.id).await.expect("answers"), Some(alert.clone()));
        made.push(alert);
    }
    assert_eq!(store::list_armed_alerts(&test.db, None, 100).await.expect("answers"), made);
    made.reverse();
    let query = AlertQuery { limit: 100, ..AlertQuery::default() };
    assert_eq!(store::list_alerts(&test.db, user, &query).await.expect("answers"), made);
    store::expire_alerts(&test.db, clock.now().plus_micros(1_000_000)).await.expect("ends them");
    assert!(store::list_armed_alerts(&test.db, None, 100).await.expect("answers").is_empty());
}

/// Where there are other hosts.
#[tokio::test]
async fn a_firing_of_a_number_is_written_once() {
    let (test, clock) = (TestDb::new(Kind::Postgres).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let level = Condition::Above("70".parse().expect("valid"));
    let (mut mine, other) = (alert(user, level, Repeat::EveryTime, &clock), alert(user, level, Repeat::EveryTime, &clock));
    insert(&test.db, &mine).await;
    insert(&test.db, &other).await;
    let (first, late) = (firing(&mine, &clock), firing(&mine, &clock));
    assert_eq!(fire(&test.db, &[first.clone(), firing(&other, &clock)]).await, HashSet::from([mine.id, other.id]));
    // Another host, or the same try again.
    assert!(fire(&test.db, std::slice::from_ref(&late)).await.is_empty() && fire(&test.db, std::slice::from_ref(&first)).await.is_empty());
    let mut tx = test.db.begin().await.expect("begins");
    let told = store::list_told(&mut tx, &[first.fired.id, late.fired.id]).await.expect("answers");
    tx.commit().await.expect("committed");
    assert_eq!(told, HashSet::from([first.fired.id]));
    mine.memory = first.memory;
    mine.updated_at = clock.now();
    assert_eq!(store::find_alert(&test.db, user, mine.id).await.expect("answers"), Some(mine.clone()));
    // Its owner changed it meanwhile, or took it back.
    let old = firing(&mine, &clock);
    let mut tx = test.db.begin().await.expect("begins");
    let mut changed = store::lock_alert(&mut tx, user, mine.id).await.expect("answers").expect("there");
    changed.version += 1;
    store::update_alert(&mut tx, &changed).await.expect("updated");
    tx.commit().await.expect("committed");
    assert!(fire(&test.db, &[old]).await.is_empty());
    assert!(store::delete_alert(&test.db, user, mine.id).await.expect("answers"));
    assert!(fire(&test.db, &[firing(&changed, &clock)]).await.is_empty());
    let history: Vec<Fired> = store::list_firings(&test.db, user, Some(mine.id), None, 10).await.expect("answers");
    assert_eq!(history, [first.fired]);
    assert_eq!(store::list_firings_after(&test.db, Timestamp::EPOCH).await.expect("answers").len(), 2);
}

/// What comes after each other is written together, and the newest of each alert counts.
#[tokio::test]
async fn a_lone_process_writes_what_fired_and_what_is_remembered() {
    let (test, clock) = (TestDb::new(Kind::Sqlite).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let level = Condition::Above("70".parse().expect("valid"));
    let (mut busy, mut calm) = (alert(user, level, Repeat::EveryTime, &clock), alert(user, level, Repeat::Once, &clock));
    insert(&test.db, &busy).await;
    insert(&test.db, &calm).await;
    let writer = Writer::of(&test.db).await.expect("opens");
    let write = async |firings: &[Firing], quiet: &[Remembered]| {
        let mut entry = writer.new_entry().expect("an embedded store");
        store::fire_alone(&mut entry, firings, quiet).await.expect("noted");
        writer.append(entry).await.expect("acknowledged");
    };
    let first = firing(&busy, &clock);
    write(std::slice::from_ref(&first), &[]).await;
    busy.memory = first.memory;
    let second = firing(&busy, &clock);
    let last = Firing { status: AlertStatus::Triggered, ..firing(&calm, &clock) };
    write(&[second.clone(), last.clone()], &[]).await;
    busy.memory = Memory { stood: Some(Ordering::Equal), is_ready: true, ..second.memory };
    let remembered = Remembered { alert_id: busy.id, version: busy.version, memory: busy.memory, updated_at: busy.updated_at };
    write(&[], &[remembered]).await;
    (calm.memory, calm.status) = (last.memory, AlertStatus::Triggered);
    for alert in [&busy, &calm] {
        assert_eq!(store::find_alert(&test.db, user, alert.id).await.expect("answers").as_ref(), Some(alert));
    }
    let history = async |alert: &Alert| store::list_firings(&test.db, user, Some(alert.id), None, 10).await.expect("answers");
    assert_eq!(history(&busy).await, [second.fired.clone(), first.fired]);
    assert_eq!(history(&calm).await, [last.fired]);
    // What was remembered before its owner changed it changes nothing, and the number of another firing stops nobody.
    let old = Remembered { version: 0, memory: Memory::default(), ..remembered };
    let same = Firing { version: 0, fired: Fired { id: FiringId::new(clock.new_id()), ..second.fired }, ..second };
    write(&[same], &[]).await;
    write(&[], &[old]).await;
    assert_eq!(store::find_alert(&test.db, user, busy.id).await.expect("answers"), Some(busy.clone()));
    assert_eq!(history(&busy).await.len(), 2);
    writer.close().await;
}
