//! Limits on sockets.

use speedtrade::ids::UserId;
use uuid::Uuid;

use super::Sockets;

#[test]
fn a_user_has_twenty_places_and_gets_them_back() {
    let (sockets, user) = (Sockets::default(), UserId::new(Uuid::from_u128(1)));
    let mut places: Vec<_> = (0..20).map(|_| sockets.enter(Some(user)).expect("room")).collect();
    assert!(sockets.enter(Some(user)).is_none());
    let mut anonymous = sockets.enter(None).expect("room for others");
    assert!(!anonymous.claim(user));
    places.pop();
    assert!(anonymous.claim(user));
    assert!(sockets.enter(Some(user)).is_none());
}

#[test]
fn there_are_four_thousand_places_in_all() {
    let sockets = Sockets::default();
    let places: Vec<_> = (0..4_000).map(|_| sockets.enter(None).expect("room")).collect();
    assert!(sockets.enter(None).is_none());
    drop(places);
    assert!(sockets.enter(None).is_some());
}
