import { expect, test } from '../lib/test.ts';
import { hydrated, TradePage } from '../lib/trade.ts';

test('a double click places exactly one order', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.fill({ side: 'buy', qty: '2' });
  await trade.submit.dblclick();
  await expect(trade.position('AAPL').getByTestId('position-qty')).toHaveText('2');
  await expectOneOrder();

  await test.step('and it is still one after a reload', async () => {
    await page.reload();
    await hydrated(page);
    await expect(trade.historyRows).toHaveCount(1);
    await expectOneOrder();
  });

  async function expectOneOrder() {
    const orders = await trader.rest.orders();
    expect(orders.map(({ qty, status }) => [qty, status])).toEqual([['2', 'filled']]);
  }
});

test('Enter pressed three times places exactly one order', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.fill({ side: 'buy', qty: '3' });
  await trade.qty.focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press('Enter');
  await expect(trade.position('AAPL').getByTestId('position-qty')).toHaveText('3');
  await page.reload();
  await hydrated(page);
  await expect(trade.historyRows).toHaveCount(1);
  expect((await trader.rest.orders()).length).toBe(1);
});
