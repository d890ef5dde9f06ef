//! Who owns a provider's connection: one host at a time, for a few seconds, renewed while it lives. Each holder has a higher
//! fence than the one before, also after Redis has forgotten everything.

use std::{sync::LazyLock, time::Duration};

use redis::Script;

use super::link::Link;

/// A holder that is not heard for so long has lost it.
pub(super) const LEASE: Duration = Duration::from_secs(3);

/// Takes the lease when it is free, renews it when it is ours. The value is the holder and its fence.
static HOLD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local held = redis.call('GET', KEYS[1])
if held then
  if string.sub(held, 1, 36) ~= ARGV[1] then return '' end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return string.sub(held, 38)
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fence = string.format('%.0f', math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now))
redis.call('SET', KEYS[2], fence)
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. fence, 'PX', ARGV[2])
return fence",
    )
});

static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 36) == ARGV[1] then redis.call('DEL', KEYS[1]) end",
    )
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lease {
    Ours { fence: u64 },
    Others,
}

/// `None` while Redis is away.
pub(super) async fn hold(link: &Link, name: &str) -> Option<Lease> {
    let mut script = HOLD.prepare_invoke();
    script.key(key(name)).key(format!("speedtrade:fence:{name}")).arg(link.host().to_string()).arg(LEASE.as_millis());
    let fence: String = link.run_script(&script).await?;
    Some(fence.parse().map_or(Lease::Others, |fence| Lease::Ours { fence }))
}

/// So that another host need not wait for its end.
pub(super) async fn release(link: &Link, name: &str) {
    let mut script = RELEASE.prepare_invoke();
    script.key(key(name)).arg(link.host().to_string());
    let _: Option<()> = link.run_script(&script).await;
}

fn key(name: &str) -> String {
    format!("speedtrade:lease:{name}")
}
