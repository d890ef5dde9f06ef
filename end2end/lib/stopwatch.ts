// Click to numbers, measured where the trader sits: in the page, on the page's own clock.
import type { Locator, Page } from '@playwright/test';

export type Seen = Record<'filled row' | 'position' | 'cash' | 'buying power', number>;

interface Goal {
  symbol: string;
  /** What the position holds after the fill, as the page writes it. */
  qty: string;
}

/** Presses `button` and answers the milliseconds until each number could be seen, looked at once a frame. */
export async function clickToNumbers(page: Page, button: Locator, goal: Goal): Promise<Seen> {
  await page.evaluate(armStopwatch, goal);
  await button.click();
  return page.evaluate(() => (window as unknown as { stopwatch: Promise<Seen> }).stopwatch);
}

function armStopwatch(goal: Goal) {
  const GIVE_UP_MS = 5_000;
  /** The text of the first one that can be seen. */
  const text = (testid: string) => {
    const shown = [...document.querySelectorAll(`[data-testid="${testid}"]`)].find((element) => element.checkVisibility());
    return shown?.textContent ?? '';
  };
  const filled = () => {
    const rows = [...document.querySelectorAll(`[data-testid="order-row"][data-status="filled"][data-symbol="${goal.symbol}"]`)];
    return rows.filter((row) => row.checkVisibility()).map((row) => row.getAttribute('data-order-id'));
  };
  const before = { orders: new Set(filled()), cash: text('stat-cash'), power: text('stat-buying-power') };
  const isNew = (testid: string, was: string) => text(testid) !== '' && text(testid) !== was;
  const row = `[data-testid="position-row"][data-symbol="${goal.symbol}"] [data-testid="position-qty"]`;
  const checks: Record<string, () => boolean> = {
    'filled row': () => filled().some((id) => !before.orders.has(id)),
    position: () => text('stat-position').startsWith(`${goal.qty} @ `) && document.querySelector(row)?.textContent === goal.qty,
    cash: () => isNew('stat-cash', before.cash),
    'buying power': () => isNew('stat-buying-power', before.power),
  };
  const seen: Record<string, number> = {};
  const missing = () => Object.keys(checks).filter((name) => !(name in seen));
  const run = (begun: number, resolve: (seen: Record<string, number>) => void, reject: (error: Error) => void) => {
    const look = () => {
      const now = performance.now();
      for (const name of missing()) if (checks[name]()) seen[name] = now - begun;
      if (missing().length === 0) return resolve(seen);
      if (now - begun > GIVE_UP_MS) return reject(new Error(`not in view after ${GIVE_UP_MS} ms: ${missing().join(', ')}`));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
  const promise = new Promise((resolve, reject) => {
    document.addEventListener('click', (event) => run(event.timeStamp, resolve, reject), { capture: true, once: true });
  });
  promise.catch(() => {});
  (window as unknown as { stopwatch: unknown }).stopwatch = promise;
}
