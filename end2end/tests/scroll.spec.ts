// More than 5,000 matches: a scroll shows rows in every frame, and only those near what is seen are on the page.
// How many frames reach the screen is measured beside a reference, by scripts/bench-scroll.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { Desk } from '../lib/desk.mjs';
import { listFurther } from '../lib/instruments.mjs';
import { scrollDown } from '../lib/scrolling.mjs';
import { expect, test as base } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

const FURTHER = 4_200;
const DISTANCE = 12_000;

const test = base.extend({
  desk: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'speedtrade-scroll-'));
    const desk = await Desk.start({ env: listFurther(folder, FURTHER) });
    await use(desk);
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  },
});

interface Sampled {
  frames: number;
  /** Frames without a single row of the list in sight. */
  blank: number;
  rowsMax: number;
  scrolled: number;
}

test('thousands of matches scroll without a blank frame', async ({ page }) => {
  await visit(page, '/screener?max_price=1000000');
  const count = page.getByTestId('screener-count');
  await expect(count).toHaveText(/^\d{4,} match$/);
  expect(Number((await count.textContent())!.replace(/\D/g, ''))).toBeGreaterThan(5_000);
  // Prices move: the host is connected, and answers as rows are asked for.
  await expect(page.locator('.flash-up, .flash-down').first()).toBeAttached();
  const first = await symbolInSight(page);

  const down = await sampled(page, () => scrollDown(page, DISTANCE));
  expect(down.scrolled, 'the page went where it was scrolled to').toBeGreaterThanOrEqual(DISTANCE);
  expect(down.frames).toBeGreaterThan(30);
  expect(down.blank, `of ${down.frames} frames`).toBe(0);
  expect(down.rowsMax).toBeLessThan(200);
  const there = await symbolInSight(page);
  expect(there > first, `${there} is behind ${first}`).toBe(true);

  await test.step('it stays where it is while prices move', async () => {
    const before = await whereItStops(page);
    await expect(page.locator('.flash-up, .flash-down').first()).toBeAttached();
    expect(await page.evaluate(() => scrollY)).toBe(before);
  });

  await test.step('the far end has its rows, too, and so has the way back', async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => symbolInSight(page)).toMatch(/^Z/);
    await page.evaluate(() => scrollTo(0, 0));
    await expect.poll(() => symbolInSight(page)).toBe(first);
  });
});

/** A finger leaves momentum behind. */
function whereItStops(page: Page) {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let [last, still] = [-1, 0];
        const look = () => {
          still = scrollY === last ? still + 1 : 0;
          last = scrollY;
          if (still > 5) resolve(last);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** The first row that is in sight. */
function symbolInSight(page: Page) {
  return page.evaluate(() => {
    const rows = [...document.querySelectorAll('[data-testid="screener-row"]')];
    const seen = rows.find((row) => row.getBoundingClientRect().bottom > 0 && row.getBoundingClientRect().top < innerHeight);
    return seen?.getAttribute('data-symbol') ?? '';
  });
}

/** Looks at each frame of the page while `run` runs. */
async function sampled(page: Page, run: () => Promise<void>): Promise<Sampled> {
  await page.evaluate(() => {
    const sampled = { frames: 0, blank: 0, rowsMax: 0, scrolled: 0, isOver: false };
    const look = () => {
      const rows = document.querySelector('[data-testid="screener-row"]')!.parentElement!;
      const { top, bottom } = rows.getBoundingClientRect();
      sampled.frames += 1;
      sampled.blank += Number(bottom <= 0 || top >= innerHeight);
      sampled.rowsMax = Math.max(sampled.rowsMax, rows.childElementCount);
      sampled.scrolled = scrollY;
      if (!sampled.isOver) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    Object.assign(window, { sampled });
  });
  await run();
  return page.evaluate(() => {
    const { sampled } = window as unknown as { sampled: Sampled & { isOver: boolean } };
    sampled.isOver = true;
    return { ...sampled, scrolled: scrollY };
  });
}
