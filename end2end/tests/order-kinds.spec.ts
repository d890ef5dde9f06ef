// Every kind of order a trader can type, changed and canceled, in the page.
import { expectAccessible } from '../lib/axe.ts';
import { expect, test } from '../lib/test.ts';
import { TradePage } from '../lib/trade.ts';

test('a bracket guards what was bought, its stop moves, and canceling one exit cancels both', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('KO');
  const price = Number((await trader.rest.quote('KO')).price);
  const [profit, stop, higher] = [price * 1.2, price * 0.8, price * 0.85].map((at) => at.toFixed(2));
  await trade.fill({ side: 'buy', qty: '3', takeProfit: profit, stopLoss: stop });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 'pixels beyond the screen').toBe(0);
  await trade.submit.click();
  await trade.tab('open');
  await expect(trade.openRows).toHaveCount(2);
  await expect(page.getByTestId('open-orders-table')).toContainText('take profit');
  const stopRow = trade.openRows.filter({ hasText: 'stop loss' });
  await stopRow.getByTestId('edit-order').click();
  await expect(stopRow.getByTestId('edit-qty')).toHaveCount(0);
  await stopRow.getByTestId('edit-price').fill(higher!);
  await expectAccessible(page);
  await stopRow.getByTestId('edit-save').click();
  await expect(trade.openRows.filter({ hasText: `Stop $${higher}` })).toHaveCount(1);
  await expect(trade.openRows).toHaveCount(2);
  await trade.openRows.filter({ hasText: 'take profit' }).getByTestId('cancel-order').click();
  await expect(trade.openRows).toHaveCount(0);
  expect((await trader.rest.orders('open')).length).toBe(0);
});

test('stop limits and trailing stops rest; a limit that must fill at once does not', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('KO');
  await trade.fill({ side: 'buy', qty: '1', type: 'stop_limit', stopPrice: '900.00', limitPrice: '905.00', tif: 'gtc' });
  await expect(trade.ticket.getByTestId('ticket-tif-ioc')).toHaveCount(0);
  await trade.submit.click();
  await trade.tab('open');
  await expect(trade.openRows).toHaveCount(1);
  await expect(trade.openRows).toContainText('Stop $900.00, limit $905.00');
  await trade.fill({ side: 'buy', qty: '1', type: 'trailing_stop', trail: '2.5' });
  await trade.submit.click();
  await expect(trade.openRows).toHaveCount(2);
  await expect(trade.openRows.filter({ hasText: 'Trailing' })).toHaveCount(1);
  await trade.fill({ side: 'buy', qty: '1', type: 'limit', limitPrice: '1.00', tif: 'fok' });
  await trade.submit.click();
  await trade.tab('history');
  await expect(trade.historyRows.first()).toHaveAttribute('data-status', 'canceled');
  await expect(trade.historyRows.first()).toContainText('could not be filled at once');
  const kinds = (await trader.rest.orders()).map((order) => order.type).sort();
  expect(kinds).toEqual(['limit', 'stop_limit', 'trailing_stop']);
});

test('dollars instead of shares: of market orders alone, and the button says them', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('KO');
  await trade.choose('buy');
  const unit = trade.ticket.getByTestId('ticket-unit');
  await expect(unit).toHaveText('Shares');
  await unit.click();
  await expect(unit).toHaveText('Dollars');
  await trade.qty.fill('0.5');
  await expect(trade.ticket.getByRole('alert').filter({ hasText: /at least/ })).toBeVisible();
  await trade.qty.fill('50');
  await expect(trade.submit).toHaveText('Buy $50.00 of KO');
  await expectAccessible(page);
  await trade.submit.click();
  await trade.tab('history');
  await expect(trade.historyRows.first()).toHaveAttribute('data-status', 'filled');
  const [order] = await trader.rest.orders();
  expect(Number(order!.notional)).toBe(50);
  await trade.choose('sell');
  await trade.ticket.getByRole('button', { name: 'All that you can trade' }).click();
  await expect(unit).toHaveText('Shares');
  await unit.click();
  await trade.ticket.getByTestId('ticket-type-limit').click();
  await expect(unit).toHaveText('Shares');
  await expect(unit).toBeDisabled();
});

test('a limit order is changed in place: another id, the old one replaced', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('KO');
  await trade.fill({ side: 'buy', qty: '4', type: 'limit', limitPrice: '1.00', tif: 'gtc' });
  await trade.submit.click();
  await trade.tab('open');
  await expect(trade.openRows).toHaveCount(1);
  await trade.openRows.getByTestId('edit-order').click();
  await trade.openRows.getByTestId('edit-qty').fill('5');
  await trade.openRows.getByTestId('edit-price').fill('1.50');
  await trade.openRows.getByTestId('edit-save').click();
  await expect(trade.openRows).toContainText('Limit $1.50');
  await expect(trade.openRows).toHaveCount(1);
  const orders = await trader.rest.orders();
  expect(orders.map((order) => order.status).sort()).toEqual(['new', 'replaced']);
  expect((await trader.rest.portfolio()).buying_power).toBe('99992.50');
});
