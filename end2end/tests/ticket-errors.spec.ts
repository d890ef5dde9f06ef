import { expect, test } from '../lib/test.ts';
import { TradePage } from '../lib/trade.ts';

// What is typed, and the words that must stand beside it.
const QUANTITIES: [typed: string, words: RegExp][] = [
  ['0', /greater than zero/i],
  ['-1', /greater than zero|not a plain/i],
  ['abc', /not a plain decimal number/i],
  ['1e400', /not a plain decimal number/i],
  ['0.123456789012345678901234567890', /at most \d+ decimals/i],
  ['0.0000001', /multiple of 0\.000001/i],
];
const PRICES: [typed: string, words: RegExp][] = [
  ['0', /greater than zero/i],
  ['-5', /greater than zero|not a plain/i],
  ['abc', /not a plain decimal number/i],
  ['100.005', /multiple of 0\.01/i],
];

test('a quantity that makes no sense is explained beside it and stays as typed', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.choose('buy');
  for (const [typed, words] of QUANTITIES) {
    await test.step(typed, async () => {
      await trade.qty.fill(typed);
      await trade.submit.click();
      await expect(trade.qty).toHaveAccessibleDescription(words);
      await expect(trade.qty).toHaveAttribute('aria-invalid', 'true');
      await expect(trade.qty).toHaveValue(typed);
    });
  }
  await trade.qty.fill('');
  await trade.submit.click();
  await expect(trade.qty).toHaveAccessibleDescription(/enter a number/i);
  await trade.qty.fill('1');
  await expect(trade.qty).not.toHaveAttribute('aria-invalid', 'true');
  await expect(trade.submit).toHaveText(/^Buy 1 AAPL · \$/);
  expect(await trader.rest.orders()).toEqual([]);
});

test('a price that makes no sense is explained beside it and stays as typed', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.fill({ side: 'buy', qty: '3', type: 'limit' });
  const price = trade.ticket.getByTestId('ticket-limit-price');
  for (const [typed, words] of PRICES) {
    await test.step(typed, async () => {
      await price.fill(typed);
      await trade.submit.click();
      await expect(price).toHaveAccessibleDescription(words);
      await expect(price).toHaveValue(typed);
      await expect(trade.qty).toHaveValue('3');
    });
  }
  expect(await trader.rest.orders()).toEqual([]);
});

test('what the account cannot do is said in words, and nothing is lost', async ({ page, trader, isPhone }) => {
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  const before = await trader.rest.portfolio();

  await test.step('more than the buying power', async () => {
    await trade.fill({ side: 'buy', qty: '1000000' });
    await expect(trade.error).toContainText(/buying power is free/i);
    await trade.submit.click();
    await expect(trade.error).toContainText(/buying power is free/i);
    await expect(trade.qty).toHaveValue('1000000');
  });

  await test.step('more than can be booked', async () => {
    await trade.qty.fill('1000000000000');
    await trade.submit.click();
    await expect(trade.ticket.locator('.field-error').first()).toContainText(/too large|larger than|buying power/i);
    await expect(trade.qty).toHaveValue('1000000000000');
  });

  await test.step('selling what is not held', async () => {
    await trade.fill({ side: 'sell', qty: '5' });
    await expect(trade.error).toContainText(/sell at most 0/i);
    await trade.submit.click();
    await expect(trade.error).toContainText(/sell at most 0/i);
    await expect(trade.qty).toHaveValue('5');
  });

  const after = await trader.rest.portfolio();
  expect([after.cash, after.buying_power]).toEqual([before.cash, before.buying_power]);
  expect(await trader.rest.positions()).toEqual([]);
  expect((await trader.rest.orders()).filter((order) => order.status !== 'rejected')).toEqual([]);
});
