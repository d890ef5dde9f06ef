//! Counts that all hosts share: how often something happened in a window that begins with the first time.

use std::{sync::LazyLock, time::Duration};

use redis::Script;

use super::Hosts;

/// ARGV: how many more, and the window in milliseconds. Answers count and milliseconds left of each key.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local found = {}
for i, key in ipairs(KEYS) do
  local count = tonumber(redis.call('GET', key) or '0')
  if ARGV[1] ~= '0' then
    count = redis.call('INCRBY', key, ARGV[1])
    if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[2]) end
  end
  found[2 * i - 1] = count
  found[2 * i] = math.max(redis.call('PTTL', key), 0)
end
return found",
    )
});

/// What is counted, and for how long together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Of the names of the keys.
    pub kind: &'static str,
    pub length: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub count: u32,
    /// Until the window ends.
    pub left: Duration,
}

impl Hosts {
    /// Counts `more` for each key and answers where they stand, in order. `None` where hosts share no Redis, or it is away: then
    /// each counts for itself.
    pub async fn count(&self, window: Window, keys: &[String], more: u32) -> Option<Vec<Counted>> {
        let Self::Redis(link) = self else { return None };
        let mut script = COUNT.prepare_invoke();
        for key in keys {
            script.key(window.key(key));
        }
        script.arg(more).arg(window.length.as_millis());
        let found: Vec<u64> = Box::pin(link.run_script(&script)).await?;
        let counted = |pair: &[u64]| match *pair {
            [count, left] => Some(Counted { count: u32::try_from(count).unwrap_or(u32::MAX), left: Duration::from_millis(left) }),
            _ => None,
        };
        found.chunks(2).map(counted).collect::<Option<Vec<_>>>().filter(|counted| counted.len() == keys.len())
    }

    pub async fn forget(&self, window: Window, key: &str) {
        let Self::Redis(link) = self else { return };
        let mut forget = redis::cmd("DEL");
        forget.arg(window.key(key));
        let _: Option<()> = link.ask(&forget).await;
    }
}

impl Window {
    fn key(self, key: &str) -> String {
        format!("speedtrade:{}:{key}", self.kind)
    }
}
