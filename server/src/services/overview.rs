//! All accounts of a user at one look. Must never leave one out: a total without it would be a wrong number.

use speedtrade::{ids::UserId, wire::OverviewView};

use super::{
    ServiceError,
    connections::Connections,
    trading::{Owner, Trading},
};

pub async fn overview(trading: &Trading, connections: &Connections, user: UserId) -> Result<OverviewView, ServiceError> {
    let mut accounts = Vec::new();
    for account in connections.list(user).await? {
        let owner = Owner { user, account: Some(account.id) };
        let (worth, positions) = (trading.portfolio(owner).await?, trading.positions(owner).await?);
        accounts.push((account, worth, positions));
    }
    // Every user has a paper account.
    let as_of = accounts.iter().map(|(_, worth, _)| worth.as_of).min().ok_or(ServiceError::UNKNOWN_ACCOUNT)?;
    OverviewView::new(&accounts, as_of).map_err(|_| ServiceError::Internal("the accounts together are out of range"))
}
