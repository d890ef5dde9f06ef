import type { Page } from '@playwright/test';
import { cents } from '../lib/money.ts';
import { expect, test } from '../lib/test.ts';
import { TradePage, visit } from '../lib/trade.ts';

test.use({ deskKind: 'own' });

test('two browsers of one trader show the same state after a trade in one', async ({ page, trader, secondBrowser, isPhone }) => {
  const other = await secondBrowser();
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await visit(other, '/portfolio');
  await new TradePage(other, isPhone).live();

  await trade.fill({ side: 'buy', qty: '7' });
  await trade.submit.click();
  const held = new TradePage(other, isPhone).position('AAPL');
  await expect(held.getByTestId('position-qty')).toHaveText('7');
  await expect.poll(async () => (await other.getByTestId('stat-cash').first().textContent()) === (await trade.stat('cash').textContent())).toBe(true);
  const { cash } = await trader.rest.portfolio();
  expect(cents((await other.getByTestId('stat-cash').first().textContent())!)).toBe(cents(cash));

  await test.step('and an order that one opens, the other can cancel', async () => {
    await visit(other, '/orders?status=open');
    await trade.fill({ side: 'buy', qty: '1', type: 'limit', limitPrice: '20.00', tif: 'gtc' });
    await trade.submit.click();
    await expect(trade.openRows).toHaveCount(1);
    const row = other.getByTestId('orders-table').getByTestId('order-row');
    await expect(row).toHaveAttribute('data-status', 'new');
    await row.getByTestId('cancel-order').click();
    await expect(trade.openRows).toHaveCount(0);
  });
});

test('a desk that dies is noticed, and the page comes back by itself with the same numbers', async ({ page, desk, guard, trader, isPhone }) => {
  // The browser reports each refused try to connect; nothing can silence it.
  guard.allow(/console: .*(WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE)/);
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.fill({ side: 'buy', qty: '6' });
  await trade.submit.click();
  await expect(trade.position('AAPL').getByTestId('position-qty')).toHaveText('6');
  await trade.fill({ side: 'buy', qty: '2', type: 'limit', limitPrice: '40.00', tif: 'gtc' });
  await trade.submit.click();
  await expect(trade.openRows).toHaveCount(1);
  const held = 80_00n;
  const { cash } = await trader.rest.portfolio();
  await expect.poll(() => power(page)).toBe(cents(cash) - held);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));

  const pill = page.getByTestId('connection');
  await test.step('killed: the pill says so within seconds', async () => {
    await desk.kill();
    await expect(pill).toHaveAttribute('data-state', 'offline', { timeout: 5_000 });
    await expect(pill).toBeVisible();
  });

  await test.step('started again: the page reconnects and prices move', async () => {
    await desk.start();
    await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 15_000 });
    const before = await trade.price.textContent();
    await expect(trade.price).not.toHaveText(before!, { timeout: 3_000 });
    expect(await page.evaluate(() => 'isSamePage' in window), 'without a reload').toBe(true);
  });

  await test.step('cash, position and the open order are the same, and it can be canceled', async () => {
    expect(cents((await trade.stat('cash').textContent())!)).toBe(cents(cash));
    expect((await trader.rest.portfolio()).cash).toBe(cash);
    expect(await power(page)).toBe(cents(cash) - held);
    await expect(trade.position('AAPL').getByTestId('position-qty')).toHaveText('6');
    await expect(trade.openRows).toHaveAttribute('data-status', 'new');
    await trade.tab('open');
    await trade.openRows.getByTestId('cancel-order').click();
    await expect(trade.openRows).toHaveCount(0);
    await expect.poll(() => power(page)).toBe(cents(cash));
  });
});

async function power(page: Page) {
  return cents((await page.getByTestId('stat-buying-power').first().textContent())!);
}
