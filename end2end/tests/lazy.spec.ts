// Pages that are not in the first load: fetched when somebody goes there, and whole pages when that fails.
import type { Page } from '@playwright/test';
import { expect, test } from '../lib/test.ts';
import { hydrated, visit } from '../lib/trade.ts';

const PAGES_FILE = /\/pkg\/split_pages\..*\.wasm$/;

test('the start and the trade page do without the file of the other pages, which comes when one is opened', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => PAGES_FILE.test(request.url()) && fetched.push(request.url()));
  await visit(page, '/trade/AAPL');
  await visit(page, '/');
  expect(fetched).toEqual([]);
  await toScreener(page);
  await expect(page.getByRole('heading', { name: 'Screener', level: 1 })).toBeVisible();
  expect(fetched).toHaveLength(1);
});

test('a page whose file cannot be fetched is loaded whole, and comes alive once it can', async ({ page, guard }) => {
  guard.allow(/console: .*ERR_FAILED/);
  await visit(page, '/');
  await page.route(PAGES_FILE, (route) => route.abort());
  await toScreener(page);
  await expect(page).toHaveURL('/screener');
  await expect(page.getByRole('heading', { name: 'Screener', level: 1 })).toBeVisible();
  await page.unroute(PAGES_FILE);
  await hydrated(page);
});

async function toScreener(page: Page) {
  await page.getByRole('link', { name: 'Screener' }).filter({ visible: true }).first().click();
}
