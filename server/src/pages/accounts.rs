//! A trader's accounts as their page asks for them.

use std::net::IpAddr;

use app::backend::{self, AccountChange, ConnectForm, Pending, VenueKey, Who};
use speedtrade::{
    ids::{AccountId, UserId},
    wire::{AccountView, OverviewView},
};

use super::{owner, pending};
use crate::services::{
    connections::{ConnectionError, Connections, NewConnection, TypedKey},
    live::Live,
    overview::overview,
    trading::{Owner, Trading},
};

pub(super) struct PageConnections {
    pub(super) trading: Trading,
    pub(super) connections: Connections,
    pub(super) live: Live,
    pub(super) address: IpAddr,
}

impl backend::Connections for PageConnections {
    fn accounts(&self, user: UserId) -> Pending<'_, Vec<AccountView>> {
        pending(async move { self.live.with_health(self.connections.list(user).await?).await })
    }

    fn trouble(&self, who: Who) -> Pending<'_, Option<String>> {
        pending(async move { self.live.trouble(owner(who)).await })
    }

    fn overview(&self, user: UserId) -> Pending<'_, OverviewView> {
        pending(async move { overview(&self.trading, &self.connections, user).await })
    }

    fn connect(&self, user: UserId, form: ConnectForm) -> Pending<'_, ()> {
        let ConnectForm { account_type, is_paper, label, key, password } = form;
        let new = NewConnection { account_type, is_paper, label, key: typed(key), password };
        pending(async move { self.connections.connect(user, new, self.address).await.map(|_| ()) })
    }

    fn change(&self, user: UserId, account: AccountId, change: AccountChange) -> Pending<'_, ()> {
        pending(async move {
            let (connections, owner) = (&self.connections, Owner { user, account: Some(account) });
            match change {
                AccountChange::Rename(label) => drop(connections.rename(user, account, &label).await?),
                AccountChange::Verify => drop(connections.verify(user, account).await?),
                AccountChange::ReplaceKey { key, password } => {
                    drop(connections.replace_key(user, account, typed(key), password, self.address).await?);
                }
                AccountChange::Believe { asset, seen } => self.live.believe_venue(user, account, asset, Some(seen)).await?,
                AccountChange::Halt(is_halted) => drop(self.trading.set_halted(owner, is_halted).await?),
                AccountChange::OpenGate => drop(self.trading.open_gate(owner).await?),
                AccountChange::Remove { password } => connections.remove(user, account, password, self.address).await?,
            }
            Ok::<_, ConnectionError>(())
        })
    }
}

fn typed(key: VenueKey) -> TypedKey {
    TypedKey { api_key: key.api_key, api_secret: key.api_secret }
}
