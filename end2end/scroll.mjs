// How the screener scrolls with more than 5,000 matches: frames on the screen, by Chromium's trace, beside those of a plain
// page without a program that looks the same. Prints the lines of a table.
//   node scroll.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { Desk } from './lib/desk.mjs';
import { listFurther } from './lib/instruments.mjs';
import { scrollDown, traced } from './lib/scrolling.mjs';

const FURTHER = 4_200;
const ROUNDS = 3;
const DISTANCE = 15_000;
const RATIO_MIN = 0.97;
const SCREENS = [
  { name: 'desktop, wheel', viewport: { width: 1440, height: 900 } },
  { name: 'phone, finger', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
];

const folder = mkdtempSync(path.join(tmpdir(), 'speedtrade-scroll-'));
const desk = await Desk.start({ env: listFurther(folder, FURTHER) });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'] });
try {
  console.log('| what | figure | reference | ratio | reached |\n|---|---|---|---|---|');
  for (const screen of SCREENS) await measure(screen);
} finally {
  await browser.close();
  await desk.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @param {typeof SCREENS[number]} screen */
async function measure({ name, ...options }) {
  /** @type {Record<'ours' | 'plain', import('./lib/scrolling.mjs').Frames[]>} */
  const runs = { ours: [], plain: [] };
  let [count, html] = [0, ''];
  for (let round = 0; round < ROUNDS; round++) {
    runs.ours.push(
      await alone(options, async (page) => {
        await page.goto('/screener?max_price=1000000');
        await page.locator('html[data-hydrated="true"]').waitFor();
        // The prices move: it is connected.
        await page.locator('.flash-up, .flash-down').first().waitFor();
        count = Number(((await page.getByTestId('screener-count').textContent()) ?? '').replace(/\D/g, ''));
        html ||= await plainLike(page);
      }),
    );
    runs.plain.push(
      await alone(options, async (page) => {
        await page.route('**/plain.html', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
        await page.goto('/plain.html');
      }),
    );
  }
  print(name, count, runs.ours, runs.plain);
}

/** No other page is open meanwhile. @param {object} options @param {(page: import('@playwright/test').Page) => Promise<void>} open */
async function alone(options, open) {
  const context = await browser.newContext({ baseURL: desk.url, ...options });
  const page = await context.newPage();
  await open(page);
  // Once to get warm.
  await scrollDown(page, DISTANCE / 5);
  await page.evaluate(() => scrollTo(0, 0));
  const frames = await traced(page, () => scrollDown(page, DISTANCE));
  await context.close();
  return frames;
}

/** The page as it is now, with its rows as often as the scroll needs, and no script. @param {import('@playwright/test').Page} page */
function plainLike(page) {
  return page.evaluate((distance) => {
    const copy = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
    copy.querySelectorAll('script, .list-gap, link[rel="modulepreload"], link[rel="manifest"]').forEach((found) => found.remove());
    const shown = /** @type {HTMLElement} */ (document.querySelector('[data-testid="screener-row"]')?.parentElement);
    const body = /** @type {HTMLElement} */ (copy.querySelector('[data-testid="screener-row"]')?.parentElement);
    body.innerHTML = body.innerHTML.repeat(Math.ceil((distance * 1.5) / shown.clientHeight));
    return `<!doctype html>${copy.outerHTML}`;
  }, DISTANCE);
}

/** @param {string} name @param {number} count @param {import('./lib/scrolling.mjs').Frames[]} ours @param {import('./lib/scrolling.mjs').Frames[]} plain */
function print(name, count, ours, plain) {
  const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const of = (/** @type {typeof ours} */ runs, /** @type {(frames: typeof ours[number]) => number} */ figure) => median(runs.map(figure));
  const rate = (/** @type {typeof ours[number]} */ frames) => frames.presented / frames.seconds;
  const [a, b] = [of(ours, rate), of(plain, rate)];
  const ratio = a / b;
  const due = (/** @type {typeof ours[number]} */ frames) => (100 * frames.dropped) / (frames.presented + frames.dropped);
  console.log(`| ${name}: frames/s on the screen, ${count} match | ${a.toFixed(1)} | a plain page: ${b.toFixed(1)} | ${ratio.toFixed(2)} (wanted ≥ ${RATIO_MIN}) | ${ratio >= RATIO_MIN ? 'yes' : 'no'} |`);
  const least = Math.min(...ours.map((f) => f.pixels));
  console.log(`| ${name}: pixels the page went, at least | ${least} | as far as it was scrolled: ${DISTANCE} | ${(least / DISTANCE).toFixed(2)} (wanted ≥ 1) | ${least >= DISTANCE ? 'yes' : 'no'} |`);
  console.log(`| ${name}: frames that were due and dropped | ${of(ours, due).toFixed(1)} % | a plain page: ${of(plain, due).toFixed(1)} % | | |`);
  console.log(`| ${name}: frames on the screen before the page's own change for them | ${of(ours, (f) => f.late)} | a plain page: ${of(plain, (f) => f.late)} | | |`);
  console.log(`| ${name}: frames with a part not drawn yet | ${of(ours, (f) => f.missing)} | a plain page: ${of(plain, (f) => f.missing)} | | |`);
  console.log(`| ${name}: longest task, ms (all over 50 ms: ${ours.reduce((sum, f) => sum + f.longTasks, 0)}) | ${of(ours, (f) => f.longestMs).toFixed(0)} | a plain page: ${of(plain, (f) => f.longestMs).toFixed(0)} | | |`);
  console.log(`| ${name}: main thread busy | ${(100 * of(ours, (f) => f.busy)).toFixed(0)} % | a plain page: ${(100 * of(plain, (f) => f.busy)).toFixed(0)} % | | |`);
}
