//! The armed alerts in memory, by instrument: what each has seen, and what of it is not in the store yet.
//!
//! Bounded by the alerts that users may have; each keeps at most a few firings that wait for the store.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use speedtrade::{
    alert::{Alert, AlertState, AlertStatus, Fired, Firing, Memory, Repeat, Tick},
    ids::{AlertId, FiringId},
    market::Bar,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    market::{InstrumentId, Look},
    store::{self, Remembered},
};

/// Firings of one alert that wait for a store that does not answer; a firing every minute beyond that is not kept.
const PENDING_MAX: usize = 8;

struct Pending {
    id: FiringId,
    firing: Firing,
    at: Timestamp,
}

struct Armed {
    /// As it is in the store.
    alert: Alert,
    state: AlertState,
    pending: VecDeque<Pending>,
    /// Live feeds tell what is looked at.
    _look: Look,
}

pub(super) struct Index {
    by_instrument: Vec<HashMap<AlertId, Armed>>,
    places: HashMap<AlertId, InstrumentId>,
    /// Alerts with firings that are not in the store.
    fired: BTreeSet<AlertId>,
    /// Alerts that remember what the store does not know.
    dirty: BTreeSet<AlertId>,
    expiring: BTreeSet<(Timestamp, AlertId)>,
    /// Their owners change them: nothing of them is written meanwhile.
    held: Vec<AlertId>,
    /// Firings of the last seconds that this host told of; where there are other hosts.
    told: HashMap<FiringId, Timestamp>,
}

/// What the writer takes to the store.
pub(super) struct Work {
    pub(super) firings: Vec<store::Firing>,
    /// Of those that did not fire.
    pub(super) quiet: Vec<Remembered>,
}

impl Index {
    pub(super) fn new(instruments: usize) -> Self {
        let by_instrument = (0..instruments).map(|_| HashMap::new()).collect();
        Self {
            by_instrument,
            places: HashMap::new(),
            fired: BTreeSet::new(),
            dirty: BTreeSet::new(),
            expiring: BTreeSet::new(),
            held: Vec::new(),
            told: HashMap::new(),
        }
    }

    /// Takes the newest state of an alert; an older one than is known changes nothing.
    pub(super) fn put(&mut self, instrument: InstrumentId, look: Look, alert: Alert, bars: &[Bar], now: Timestamp) {
        if let Some(known) = self.get(alert.id) {
            let (new, old) = (&alert, &known.alert);
            if (new.version, new.memory.fired_count) <= (old.version, old.memory.fired_count) {
                return;
            }
        }
        self.remove(alert.id);
        if alert.status != AlertStatus::Armed {
            return;
        }
        let mut state = AlertState::new(alert.terms, alert.memory);
        state.seed(bars, now);
        if let Some(end) = alert.terms.expires_at {
            self.expiring.insert((end, alert.id));
        }
        self.places.insert(alert.id, instrument);
        self.by_instrument[instrument.index()].insert(alert.id, Armed { alert, state, pending: VecDeque::new(), _look: look });
    }

    pub(super) fn remove(&mut self, id: AlertId) {
        self.fired.remove(&id);
        self.dirty.remove(&id);
        let Some(place) = self.places.remove(&id) else { return };
        let removed = self.by_instrument[place.index()].remove(&id);
        if let Some(end) = removed.and_then(|armed| armed.alert.terms.expires_at) {
            self.expiring.remove(&(end, id));
        }
    }

    /// Whether this very state of an alert is watched, or a newer one.
    pub(super) fn knows(&self, alert: &Alert) -> bool {
        let is_known = |armed: &Armed| (alert.version, alert.memory.fired_count) <= (armed.alert.version, armed.alert.memory.fired_count);
        self.get(alert.id).is_some_and(is_known)
    }

    pub(super) fn is_watched(&self, instrument: InstrumentId) -> bool {
        !self.by_instrument[instrument.index()].is_empty()
    }

    /// Shows a quote to the alerts of its instrument. True when there is something to write.
    pub(super) fn observe(&mut self, instrument: InstrumentId, tick: &Tick, now: Timestamp, mut new_id: impl FnMut() -> Uuid) -> bool {
        let before = self.fired.len() + self.dirty.len();
        for (id, armed) in &mut self.by_instrument[instrument.index()] {
            let remembered = armed.state.memory();
            let firing = armed.state.observe(tick);
            if let Some(firing) = firing
                && armed.pending.len() < PENDING_MAX
            {
                armed.pending.push_back(Pending { id: FiringId::new(new_id()), firing, at: now });
                self.fired.insert(*id);
            }
            if armed.state.memory() != remembered {
                self.dirty.insert(*id);
            }
        }
        self.fired.len() + self.dirty.len() > before
    }

    /// What is to be written, at most so much of each; it stays noted until it is settled.
    pub(super) fn work(&self, firings_max: usize, quiet_max: usize) -> Work {
        let firing = |id: &AlertId| self.get(*id).and_then(|armed| Some(armed.firing(armed.pending.front()?)));
        let remembered = |id: &AlertId| self.get(*id).map(Armed::remembered);
        // A firing takes its alert's memory with it.
        let quiet = self.dirty.iter().filter(|id| !self.fired.contains(id) && !self.held.contains(id));
        Work {
            firings: self.fired.iter().filter(|id| !self.held.contains(id)).filter_map(firing).take(firings_max).collect(),
            quiet: quiet.filter_map(remembered).take(quiet_max).collect(),
        }
    }

    /// The store has the work, of the firings those of `won`. What is to be told, and the alerts that somebody else was first to
    /// fire or to change: they are not watched any more.
    pub(super) fn settle_all(&mut self, work: &Work, won: &HashSet<FiringId>) -> (Vec<Fired>, Vec<AlertId>) {
        for Remembered { alert_id, version, memory, .. } in &work.quiet {
            let Some(armed) = self.get_mut(*alert_id).filter(|armed| armed.alert.version == *version) else { continue };
            (armed.alert.memory.stood, armed.alert.memory.is_ready) = (memory.stood, memory.is_ready);
            self.settle(*alert_id);
        }
        let (mut told, mut lost) = (Vec::new(), Vec::new());
        for firing in &work.firings {
            if won.contains(&firing.fired.id) {
                self.fired(firing);
                told.push(firing.fired.clone());
            } else {
                self.remove(firing.fired.alert_id);
                lost.push(firing.fired.alert_id);
            }
        }
        (told, lost)
    }

    fn fired(&mut self, firing: &store::Firing) {
        let id = firing.fired.alert_id;
        let Some(armed) = self.get_mut(id).filter(|armed| armed.alert.version == firing.version) else { return };
        armed.pending.retain(|pending| pending.id != firing.fired.id);
        (armed.alert.memory, armed.alert.updated_at) = (firing.memory, firing.fired.fired_at);
        if firing.status == AlertStatus::Armed {
            self.settle(id);
        } else {
            self.remove(id);
        }
    }

    /// Nothing to write any more of what the store knows.
    fn settle(&mut self, id: AlertId) {
        let Some(armed) = self.get(id) else { return };
        let (is_told, is_known) = (armed.pending.is_empty(), armed.stored_memory() == armed.alert.memory);
        if is_told {
            self.fired.remove(&id);
        }
        if is_known {
            self.dirty.remove(&id);
        }
    }

    /// Takes out the alerts whose time is over.
    pub(super) fn take_expired(&mut self, now: Timestamp) -> Vec<AlertId> {
        let over: Vec<AlertId> = self.expiring.iter().take_while(|(end, _)| *end <= now).map(|(_, id)| *id).collect();
        // A firing from before the end goes first.
        let over: Vec<AlertId> = over.into_iter().filter(|id| self.get(*id).is_none_or(|armed| armed.pending.is_empty())).collect();
        for id in &over {
            self.remove(*id);
        }
        over
    }

    pub(super) fn hold(&mut self, id: AlertId) {
        self.held.push(id);
    }

    pub(super) fn release(&mut self, id: AlertId) {
        if let Some(place) = self.held.iter().position(|held| *held == id) {
            self.held.swap_remove(place);
        }
    }

    pub(super) fn note_told(&mut self, firings: impl IntoIterator<Item = (FiringId, Timestamp)>) {
        self.told.extend(firings);
    }

    pub(super) fn is_told(&self, firing: FiringId) -> bool {
        self.told.contains_key(&firing)
    }

    pub(super) fn forget_told(&mut self, before: Timestamp) {
        self.told.retain(|_, at| *at >= before);
    }

    /// An alert that is not armed any more, unless something newer is known.
    pub(super) fn forget(&mut self, alert: &Alert) {
        let is_newer = |armed: &Armed| (alert.version, alert.memory.fired_count) > (armed.alert.version, armed.alert.memory.fired_count);
        if self.get(alert.id).is_some_and(|armed| is_newer(armed) || armed.alert.version == alert.version) {
            self.remove(alert.id);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    fn get(&self, id: AlertId) -> Option<&Armed> {
        self.by_instrument[self.places.get(&id)?.index()].get(&id)
    }

    fn get_mut(&mut self, id: AlertId) -> Option<&mut Armed> {
        self.by_instrument[self.places.get(&id)?.index()].get_mut(&id)
    }
}

impl Armed {
    /// What the store is to remember: its own count of firings, and of the state what changes without one.
    fn stored_memory(&self) -> Memory {
        let state = self.state.memory();
        Memory { stood: state.stood, is_ready: state.is_ready, ..self.alert.memory }
    }

    fn remembered(&self) -> Remembered {
        let Alert { id, version, updated_at, .. } = self.alert;
        Remembered { alert_id: id, version, memory: self.stored_memory(), updated_at }
    }

    fn firing(&self, pending: &Pending) -> store::Firing {
        let number = self.alert.memory.fired_count + 1;
        let firing = Firing { number, ..pending.firing };
        let status = if self.alert.terms.repeat == Repeat::Once { AlertStatus::Triggered } else { AlertStatus::Armed };
        let memory = Memory { fired_count: number, last_fired_at: Some(firing.time), ..self.stored_memory() };
        store::Firing { fired: self.alert.fired(&firing, pending.id, pending.at), version: self.alert.version, status, memory }
    }
}
