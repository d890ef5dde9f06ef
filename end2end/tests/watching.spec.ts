// Watchlists and alerts: a list in its order, an alert that fires, its toast and its history.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../lib/axe.ts';
import { expect, test } from '../lib/test.ts';
import { TradePage, visit } from '../lib/trade.ts';

const rows = (page: Page) => page.getByTestId('watchlist-table').getByTestId('watchlist-row');
const symbols = (page: Page) => rows(page).evaluateAll((found) => found.map((row) => row.getAttribute('data-symbol')!));
const row = (page: Page, symbol: string) => rows(page).and(page.locator(`[data-symbol="${symbol}"]`));

async function add(page: Page, symbol: string) {
  const form = page.getByTestId('add-symbol');
  await form.getByLabel('Symbol').fill(symbol);
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(row(page, symbol)).toBeVisible();
}

test('a watchlist is made, filled, ordered, renamed, exported and deleted', async ({ page, trader, isPhone }) => {
  await visit(page, '/watchlists');
  await page.getByTestId('new-watchlist').getByLabel('Name').fill('Coins');
  await page.getByTestId('new-watchlist').getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'Coins' })).toBeVisible();

  await add(page, 'BTC/USD');
  await add(page, 'ETH/USD');
  await add(page, 'KO');
  expect(await symbols(page)).toEqual(['BTC/USD', 'ETH/USD', 'KO']);

  await test.step('by its buttons, with keys', async () => {
    await row(page, 'ETH/USD').getByTestId('move-up').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => symbols(page)).toEqual(['ETH/USD', 'BTC/USD', 'KO']);
    await expect(row(page, 'ETH/USD').getByTestId('move-up')).toBeFocused();
  });

  if (!isPhone) {
    await test.step('by dragging', async () => {
      await row(page, 'KO').dragTo(row(page, 'ETH/USD'));
      await expect.poll(() => symbols(page)).toEqual(['KO', 'ETH/USD', 'BTC/USD']);
    });
  } else {
    await row(page, 'KO').getByTestId('move-up').click();
    await expect.poll(() => symbols(page)).toEqual(['ETH/USD', 'KO', 'BTC/USD']);
  }
  const order = await symbols(page);
  await expectAccessible(page);

  await test.step('it is kept, and read without the program', async () => {
    await expect.poll(async () => ((await trader.rest.ask('GET', '/watchlists')) as { symbols: string[] }[])[0]?.symbols).toEqual(order);
    await visit(page, '/watchlists');
    expect(await symbols(page)).toEqual(order);
  });

  await test.step('another name, and more by text', async () => {
    await page.getByText('More for this list').click();
    await page.getByLabel('Another name').fill('Mine');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('heading', { name: 'Mine' })).toBeVisible();
    await page.getByText('More for this list').click();
    await page.getByLabel('Symbols, as text or CSV').fill('AAPL, NOPE\nF');
    await page.getByRole('button', { name: 'Import' }).click();
    await expect.poll(() => symbols(page)).toEqual([...order, 'AAPL', 'F']);
    await expect(page.getByText('2 symbols added. Not known here: NOPE.')).toBeVisible();
    await row(page, 'F').getByTestId('remove-symbol').click();
    await expect.poll(() => symbols(page)).toEqual([...order, 'AAPL']);
    await expect(row(page, 'AAPL').getByTestId('remove-symbol')).toBeFocused();
  });

  await test.step('a file of it', async () => {
    if (!(await page.getByRole('link', { name: 'Export CSV' }).isVisible())) await page.getByText('More for this list').click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
    expect(file.suggestedFilename()).toBe('watchlist.csv');
  });

  await test.step('its end', async () => {
    await page.getByTestId('delete-watchlist').click();
    await page.getByTestId('delete-watchlist').click();
    await expect(page.getByText('No watchlists yet')).toBeVisible();
  });
});

test('an alert from the trade page fires, is told, and stands in the history', async ({ page, trader, isPhone }) => {
  void trader;
  const trade = new TradePage(page, isPhone);
  await trade.open('BTC-USD');
  await page.getByTestId('alert-symbol').click();
  const form = page.getByTestId('alert-form');
  await expect(form.getByLabel('Symbol')).toHaveValue('BTC-USD');

  await test.step('what is wrong is said beside its field', async () => {
    await form.getByLabel('Price', { exact: true }).fill('-5');
    await form.getByTestId('alert-save').click();
    await expect(form.getByLabel('Price', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(page);
  });

  await form.getByLabel('Price', { exact: true }).fill('0.01');
  await form.getByLabel('Note').fill('cheap enough');
  await form.getByTestId('alert-save').click();
  const toast = page.getByRole('status').getByTestId('toast');
  await expect(toast).toContainText('at or above $0.01. cheap enough', { timeout: 10_000 });

  await test.step('the history and the list follow by themselves', async () => {
    const fired = page.getByTestId('firings-table').getByTestId('firing-row');
    await expect(fired).toHaveCount(1);
    await expect(fired).toContainText('BTC/USD');
    await expect(page.getByTestId('alert-row')).toHaveAttribute('data-status', 'Triggered');
  });

  await test.step('another one is changed, turned off, armed and deleted', async () => {
    await form.getByLabel('Symbol').fill('KO');
    await form.getByLabel('When').selectOption('pct_move');
    await form.getByLabel('Percent').fill('900');
    await form.getByLabel('Minutes').fill('30');
    await form.getByTestId('alert-save').click();
    const mine = page.getByTestId('alert-row').and(page.locator('[data-symbol="KO"]'));
    await expect(mine).toContainText('moves 900 % within 30 min');
    await mine.getByTestId('alert-edit').click();
    await form.getByLabel('Percent').fill('800');
    await form.getByTestId('alert-save').click();
    await expect(mine).toContainText('moves 800 % within 30 min');
    await mine.getByTestId('alert-flip').click();
    await expect(mine).toHaveAttribute('data-status', 'Off');
    await mine.getByTestId('alert-flip').click();
    await expect(mine).toHaveAttribute('data-status', 'Armed');
    await expectAccessible(page);
    await visit(page, '/dashboard');
    await expect(page.getByTestId('dashboard-alerts')).toContainText('KO');
    await visit(page, '/alerts');
    await mine.getByTestId('alert-delete').click();
    await expect(mine).toHaveCount(0);
  });
});
