// Click to numbers, measured where the trader sits: in the page, on the page's own clock.
import type { Locator, Page } from '@playwright/test';

export type Seen = Record<'filled row' | 'position' | 'cash' | 'buying power', number>;

interface Goal {
  symbol: string;
  /** What the position holds after the fill, as the page writes it. */
  qty: string;
}

/** Presses `button` and answers the milliseconds until each number was in the document, looked at once a frame. */
export async function clickToNumbers(page: Page, button: Locator, goal: Goal): Promise<Seen> {
  await page.evaluate(armStopwatch, goal);
  await button.click();
  return page.evaluate(() => (window as unknown as { stopwatch: Promise<Seen> }).stopwatch);
}

function armStopwatch(goal: Goal) {
  const GIVE_UP_MS = 5_000;
  const find = (testid: string, within: ParentNode = document) => within.querySelector(`[data-testid="${testid}"]`);
  const text = (testid: string) => find(testid)?.textContent ?? '';
  const ids = () => [...document.querySelectorAll(`[data-testid="order-row"][data-status="filled"][data-symbol="${goal.symbol}"]`)].map((row) => row.getAttribute('data-order-id'));
  const before = { orders: new Set(ids()), cash: text('stat-cash'), power: text('stat-buying-power') };
  const changed = (testid: string, was: string) => text(testid) !== '' && text(testid) !== was;
  const row = () => document.querySelector(`[data-testid="position-row"][data-symbol="${goal.symbol}"]`);
  const checks: Record<string, () => boolean> = {
    'filled row': () => ids().some((id) => !before.orders.has(id)),
    position: () => { const found = row(); return found !== null && find('position-qty', found)?.textContent === goal.qty; },
    cash: () => changed('stat-cash', before.cash),
    'buying power': () => changed('stat-buying-power', before.power),
  };
  const seen: Record<string, number> = {};
  const run = (begun: number, resolve: (seen: Record<string, number>) => void, reject: (error: Error) => void) => {
    const look = () => {
      const now = performance.now();
      for (const [name, isTrue] of Object.entries(checks)) if (!(name in seen) && isTrue()) seen[name] = now - begun;
      if (Object.keys(seen).length === Object.keys(checks).length) return resolve(seen);
      if (now - begun > GIVE_UP_MS) return reject(new Error(`not seen after ${GIVE_UP_MS} ms: ${Object.keys(checks).filter((name) => !(name in seen))}`));
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
