// The chart's journey: a type, an indicator, a legend, a second symbol, and all of it is there again after a reload.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../lib/axe.ts';
import { expect, test } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

const open = async (page: Page, symbol = 'AAPL') => {
  await visit(page, `/trade/${symbol}`);
  await expect(page.getByTestId('chart-type-candles')).toBeVisible({ timeout: 15_000 });
};
const legend = (page: Page) => page.getByTestId('chart-legend');
const menu = (page: Page) => page.getByRole('dialog', { name: 'Indicators' });

test('a visitor sets a chart up with the keyboard, and this browser remembers it', async ({ page }) => {
  await open(page);
  await expect(legend(page)).toContainText(/^O \d+.* H .* L .* C .* V /);

  await page.getByTestId('chart-type-candles').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('chart-type-line')).toHaveAttribute('aria-checked', 'true');

  await page.getByTestId('indicators').focus();
  await page.keyboard.press('Enter');
  await menu(page).getByLabel('Simple moving average', { exact: true }).focus();
  await page.keyboard.press('Space');
  await menu(page).getByLabel('Simple moving average: Period').fill('10');
  await page.keyboard.press('Tab');
  await menu(page).getByLabel('RSI', { exact: true }).check();
  await expect(legend(page)).toContainText(/SMA 10 \d+\.\d\d.* RSI 14 \d+\.\d\d/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(menu(page)).toBeHidden();
  await page.getByTestId('timeframe-1h').click();
  await expect(page.getByTestId('chart-summary')).toContainText('1 hour');

  await page.reload();
  await expect(page.getByTestId('chart-type-line')).toHaveAttribute('aria-checked', 'true', { timeout: 15_000 });
  await expect(page.getByTestId('timeframe-1h')).toHaveAttribute('aria-checked', 'true');
  await expect(page.getByTestId('chart-summary')).toContainText('1 hour');
  await expect(legend(page)).toContainText(/SMA 10 \d+\.\d\d.* RSI 14 \d+\.\d\d/);
  await expect(page.getByTestId('indicators')).toContainText('(2)');
});

test('the legend follows the cursor, and nonsense is said beside the number', async ({ page, isPhone }) => {
  test.skip(isPhone, 'a cursor needs a mouse');
  await open(page);
  await page.getByTestId('indicators').click();
  await menu(page).getByLabel('Exponential moving average', { exact: true }).check();
  await menu(page).getByLabel('Exponential moving average: Period').fill('0');
  await page.keyboard.press('Tab');
  await expect(menu(page).getByRole('alert')).toContainText('from 1 to 500');
  await menu(page).getByLabel('Exponential moving average: Period').fill('5');
  await page.keyboard.press('Tab');
  await expect(menu(page).getByRole('alert')).toHaveCount(0);
  await page.keyboard.press('Escape');

  const box = (await page.locator('.chart-canvas').boundingBox())!;
  const at = async (share: number) => {
    await page.mouse.move(box.x + box.width * share, box.y + box.height * 0.4);
    await page.mouse.move(box.x + box.width * share + 1, box.y + box.height * 0.4);
    return (await legend(page).textContent())!;
  };
  const left = await at(0.2);
  const right = await at(0.6);
  expect(left).toMatch(/EMA 5 \d+\.\d\d/);
  expect(left).not.toEqual(right);
});

test('a trader compares two symbols, and the host remembers it in another browser', async ({ page, trader, secondBrowser }) => {
  void trader;
  await open(page);
  await page.getByTestId('chart-type-area').click();
  await page.getByTestId('indicators').click();
  await menu(page).getByLabel('Compare with').fill('nope');
  await page.keyboard.press('Tab');
  await expect(menu(page).getByRole('alert')).not.toBeEmpty();
  const kept = page.waitForResponse((answer) => /save_chart_layout/.test(answer.url()));
  await menu(page).getByLabel('Compare with').fill('msft');
  await page.keyboard.press('Tab');
  await kept;
  await expect(menu(page).getByRole('alert')).toHaveCount(0);

  const second = await secondBrowser();
  await open(second);
  await expect(second.getByTestId('chart-type-area')).toHaveAttribute('aria-checked', 'true');
  await second.getByTestId('indicators').click();
  await expect(menu(second).getByLabel('Compare with')).toHaveValue('MSFT');
});

test('older bars come when the chart is moved to the right, up to ten thousand', async ({ page, isPhone }) => {
  test.skip(isPhone, 'moved with the mouse');
  await open(page, 'BTC-USD');
  await page.getByTestId('timeframe-1m').click();
  await expect(page.getByTestId('chart-summary')).toContainText('300 bars of 1 minute');
  const box = (await page.locator('.chart-canvas').boundingBox())!;
  const [y, left, right] = [box.y + box.height * 0.4, box.x + box.width * 0.1, box.x + box.width * 0.8];
  const count = async () => Number((await page.getByTestId('chart-summary').textContent())!.match(/(\d+) bars/)![1]);
  await expect(async () => {
    await page.mouse.move(left, y);
    await page.mouse.down();
    await page.mouse.move(right, y, { steps: 4 });
    await page.mouse.up();
    expect(await count()).toBeGreaterThan(1_000);
  }).toPass({ timeout: 20_000 });
});
