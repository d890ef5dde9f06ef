import type { Locator, Page } from '@playwright/test';
import { cents } from '../lib/money.ts';
import { expect, test } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

const rows = (page: Page) => page.getByTestId('screener-table').getByTestId('screener-row');
const prices = (page: Page) => rows(page).locator('[data-label="Price"] .price');
const symbols = (page: Page) => rows(page).evaluateAll((found) => found.map((row) => row.getAttribute('data-symbol')!));

test('everything costs under 100 dollars at first, and live prices move', async ({ page }) => {
  await visit(page, '/screener');
  await expectPricesAtMost(page, 100_00n);
  const before = await prices(page).allTextContents();
  await expect.poll(() => prices(page).allTextContents(), { timeout: 3_000 }).not.toEqual(before);
});

test('filters, search and sort change the address and the rows', async ({ page }) => {
  await visit(page, '/screener');

  await test.step('the crypto chip', async () => {
    await page.getByRole('link', { name: 'Crypto', exact: true }).click();
    await expectAsked(page, { asset_type: 'crypto' });
    await expect.poll(async () => (await symbols(page)).every((symbol) => symbol.endsWith('/USD'))).toBe(true);
    await expect(rows(page).first()).toBeVisible();
  });

  await test.step('text keeps the chip', async () => {
    await page.getByRole('main').getByLabel('Search').fill('doge');
    await page.getByRole('main').getByLabel('Search').press('Enter');
    await expectAsked(page, { q: 'doge', asset_type: 'crypto' });
    await expect.poll(() => symbols(page)).toEqual(['DOGE/USD']);
  });

  await test.step('a lower price, highest first', async () => {
    await visit(page, '/screener?asset_type=stock');
    await page.getByLabel('Max price').fill('20');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expectAsked(page, { max_price: '20' });
    await expect.poll(async () => (await shownCents(page)).every((price) => price <= 20_50n)).toBe(true);
    await page.getByLabel('Sort').selectOption('-price');
    await expectAsked(page, { sort: '-price', max_price: '20' });
    await expect.poll(() => isFalling(prices(page))).toBe(true);
  });

  await test.step('nothing matches: it says so and leads back', async () => {
    await visit(page, '/screener?q=nosuchcompany');
    await expect(rows(page)).toHaveCount(0);
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await expect(rows(page).first()).toBeVisible();
  });

  await test.step('back in history is the screen before', async () => {
    await page.goBack();
    await expect(page).toHaveURL(/q=nosuchcompany/);
    await expect(rows(page)).toHaveCount(0);
  });
});

test('what is wrong is said beside its field, and an emptied price is any price', async ({ page }) => {
  await visit(page, '/screener');
  await page.getByText('More filters').click();
  await page.getByLabel('Change at least, %').fill('1.2.3');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.locator('#screen-change_pct_min-error')).toHaveText('This is not a plain decimal number.');
  await expect(page.getByRole('link', { name: 'Crypto', exact: true })).toBeVisible();
  await page.getByLabel('Change at least, %').fill('');
  await page.getByLabel('Max price').fill('');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expectAsked(page, { max_price: 'any' });
  await expect(page.getByLabel('Max price')).toHaveValue('');
});

test('all that match can be scrolled to, and only those in sight are on the page', async ({ page }) => {
  await visit(page, '/screener?max_price=1000000');
  const count = page.getByTestId('screener-count');
  await expect(count).toHaveText(/^\d{4,} match$/);
  const first = await rows(page).first().getAttribute('data-symbol');
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 2));
  await expect.poll(() => rows(page).first().getAttribute('data-symbol')).not.toBe(first);
  expect(await rows(page).count()).toBeLessThan(200);
  // Sorted by symbol: what is in the middle of the list is in the middle of the alphabet.
  await expect.poll(async () => (await symbols(page))[0] > first!).toBe(true);
  await expect.poll(() => rows(page).filter({ visible: true }).count()).toBeGreaterThan(10);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect.poll(() => rows(page).first().getAttribute('data-symbol')).toBe(first);
});

test('more filters narrow the screen, and the table is the same screen', async ({ page }) => {
  await visit(page, '/screener');
  await page.getByText('More filters').click();
  await page.getByLabel('Exchange').selectOption('NASDAQ');
  await expectAsked(page, { exchange: 'NASDAQ' });
  await page.getByLabel('Volatility, % at least').fill('60');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expectAsked(page, { exchange: 'NASDAQ', volatility_pct_min: '60' });
  await expect(page.getByTestId('screener-count')).toHaveText(/^\d+ match$/);
  const href = await page.getByTestId('screener-csv').getAttribute('href');
  const table = await (await page.request.get(href!)).text();
  const lines = table.trim().split('\n');
  expect(lines[0]).toContain('volatility_pct');
  for (const line of lines.slice(1)) expect(line).toContain('NASDAQ');
});

test('a screen is kept by name, leads back and leads to a filled ticket', async ({ page, signIn }) => {
  await signIn();
  await visit(page, '/screener?asset_type=crypto&sort=-volume');
  const symbol = await rows(page).first().getAttribute('data-symbol');
  await page.getByLabel('Name of this screen').fill('Busy coins');
  await page.getByRole('button', { name: 'Keep it' }).click();
  const saved = page.getByTestId('saved-screens').getByRole('link', { name: 'Busy coins' });
  await expect(saved).toBeVisible();
  await page.getByPlaceholder('Name this screen').fill('Busy coins');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(page.getByText('A screen of this name is kept already')).toBeVisible();
  await visit(page, '/screener');
  await saved.click();
  await expectAsked(page, { asset_type: 'crypto', sort: '-volume' });
  // The address is there before the rows are.
  await expect(rows(page).first()).toHaveAttribute('data-symbol', symbol!);
  await rows(page).first().getByRole('link', { name: `Trade ${symbol}` }).click();
  await expect(page).toHaveURL(`/trade/${symbol!.replace('/', '-')}`);
  await visit(page, '/screener');
  await page.getByRole('button', { name: 'Remove Busy coins' }).click();
  await expect(saved).toHaveCount(0);
});

test('the longest numbers and symbols stand whole', async ({ page, signIn }) => {
  await signIn();
  // Coins of a thousandth of a cent: eight digits behind the point, and billions that one can afford.
  await visit(page, '/screener?asset_type=crypto&sort=price');
  await expect(prices(page).first()).toHaveText(/^\$0\.0000\d{4,}$/);
  const cut = await rows(page).locator('.num, th').evaluateAll((cells) => {
    const isCut = (cell: Element) => cell.scrollWidth > cell.clientWidth;
    return cells.filter((cell) => cell.checkVisibility() && isCut(cell)).map((cell) => cell.textContent);
  });
  expect(cut).toEqual([]);
});

test('a row leads to its trade page', async ({ page }) => {
  await visit(page, '/screener?asset_type=crypto');
  const symbol = await rows(page).first().getAttribute('data-symbol');
  await rows(page).first().getByRole('link', { name: symbol!, exact: true }).click();
  await expect(page).toHaveURL(`/trade/${symbol!.replace('/', '-')}`);
  await expect(page.getByTestId('price').first()).toBeVisible();
  await expect(page.locator('#main'), 'the keyboard goes on in the page that was opened').toBeFocused();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the screener is a plain form', async ({ page }) => {
    await page.goto('/screener');
    await expectPricesAtMost(page, 100_00n);
    await page.getByLabel('Max price').fill('15');
    await page.getByLabel('Sort').selectOption('-price');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expectAsked(page, { max_price: '15' });
    await expectPricesAtMost(page, 15_00n);
    expect(await isFalling(prices(page))).toBe(true);
    await page.getByRole('link', { name: 'Crypto', exact: true }).click();
    await expectAsked(page, { asset_type: 'crypto', max_price: '15' });
    await expect(rows(page).first()).toBeVisible();
  });
});

/** The address holds the screen, so that it can be shared. */
async function expectAsked(page: Page, wanted: Record<string, string>) {
  await expect.poll(() => Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject(wanted);
}

async function shownCents(page: Page) {
  return (await prices(page).allTextContents()).map(cents);
}

/** What was found under a price may have ticked above it since; half a dollar is no screen gone wrong. */
async function expectPricesAtMost(page: Page, most: bigint) {
  await expect(rows(page).first()).toBeVisible();
  const shown = await shownCents(page);
  expect(shown.length).toBeGreaterThan(5);
  for (const price of shown) expect(price).toBeLessThanOrEqual(most + 50n);
}

async function isFalling(shown: Locator) {
  const list = (await shown.allTextContents()).map(cents);
  const slack = 50n;
  return list.length > 1 && list.every((price, i) => i === 0 || price <= list[i - 1] + slack);
}
