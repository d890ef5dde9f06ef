//! Short messages about what just happened. They are announced, and leave by themselves unless they are bad news.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    Good,
    Bad,
    Info,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub id: u32,
    pub kind: ToastKind,
    pub text: String,
}

/// At most this many are shown; the oldest leaves first.
const SHOWN_MAX: usize = 4;

#[derive(Clone, Copy)]
pub struct ToastStore {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

pub(crate) fn provide() {
    provide_context(ToastStore { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
}

pub fn use_toasts() -> ToastStore {
    expect_context()
}

impl ToastStore {
    pub fn push(self, kind: ToastKind, text: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let toast = Toast { id, kind, text: text.into() };
        self.list.update(|list| {
            if list.len() >= SHOWN_MAX {
                list.remove(0);
            }
            list.push(toast);
        });
        #[cfg(feature = "hydrate")]
        if kind != ToastKind::Bad {
            set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(6));
        }
    }

    pub fn dismiss(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    pub(crate) fn list(self) -> RwSignal<Vec<Toast>> {
        self.list
    }
}
