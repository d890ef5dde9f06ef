import type { Page } from '@playwright/test';
import { expect, test } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

interface Manifest {
  id: string;
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
  shortcuts: { name: string; url: string }[];
}

test('the manifest is complete and its pictures load in their sizes', async ({ page }) => {
  await page.goto('/');
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const answer = await page.request.get(href!);
  expect(answer.headers()['content-type']).toMatch(/application\/manifest\+json/);
  const manifest = (await answer.json()) as Manifest;
  expect(manifest).toMatchObject({ display: 'standalone', name: expect.stringContaining('SpeedTrade') });
  expect(manifest.id).toBeTruthy();
  expect((await page.request.get(manifest.start_url)).ok()).toBe(true);
  for (const size of ['192x192', '512x512']) expect(manifest.icons.some((icon) => icon.sizes === size), size).toBe(true);
  expect(manifest.icons.some((icon) => icon.purpose?.includes('maskable'))).toBe(true);
  for (const icon of manifest.icons) expect(await sizeOf(page, icon.src), icon.src).toBe(icon.sizes);
  expect(manifest.shortcuts.map(({ name }) => name)).toEqual(expect.arrayContaining(['Trade', 'Portfolio', 'Screener']));
  for (const { url } of manifest.shortcuts) expect((await page.request.get(url)).ok(), url).toBe(true);
});

test('the service worker takes control, and an offline visit says so instead of failing', async ({ page, context, guard }) => {
  guard.allow(/console: .*(ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection)/);
  await controlled(page);

  await context.setOffline(true);
  await page.goto('/trade/AAPL');
  await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
  await expect(page.getByText('$'), 'no price of before').toHaveCount(0);

  await context.setOffline(false);
  await page.goto('/trade/AAPL');
  await expect(page.getByTestId('price').first()).toBeVisible();
});

test('nothing of an account is ever kept by the service worker', async ({ page, trader }) => {
  void trader;
  await controlled(page);
  for (const path of ['/dashboard', '/portfolio', '/trade/AAPL', '/orders']) await visit(page, path);
  await page.evaluate(() => fetch('/api/v1/portfolio').then((answer) => answer.text()));
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.filter((path) => /^\/(api|fn|ws|dashboard|portfolio|trade|orders|settings)/.test(path))).toEqual([]);
  expect(kept).toContain('/offline');
});

async function controlled(page: Page) {
  await visit(page, '/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toMatch(/\/sw\.js$/);
}

/** As the browser decodes it. */
async function sizeOf(page: Page, src: string) {
  return page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    return `${image.naturalWidth}x${image.naturalHeight}`;
  }, src);
}
