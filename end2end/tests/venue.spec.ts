// An account at a venue: connected, chosen, traded with, out of reach for a while, and back on paper.
import { expectAccessible } from '../lib/axe.ts';
import { Desk } from '../lib/desk.mjs';
import { FakeAlpaca } from '../lib/fake-venue.ts';
import { expect, test as base } from '../lib/test.ts';
import { TradePage, visit } from '../lib/trade.ts';

const test = base.extend<{ venue: FakeAlpaca }>({
  venue: async ({}, use) => {
    const venue = await FakeAlpaca.start();
    await use(venue);
    venue.stop();
  },
  desk: async ({ venue }, use) => {
    const desk = await Desk.start({ env: venue.env() });
    await use(desk);
    await desk.stop();
  },
});

test('an order goes to the venue once, is said to be unknown while the venue is silent, and can be canceled there', async ({ page, venue, trader, isPhone }) => {
  await test.step('connect and choose', async () => {
    await visit(page, '/accounts');
    const form = page.locator('.connect-form');
    await form.getByLabel('Label').fill('Practice');
    await form.getByLabel('Key', { exact: true }).fill(venue.at.key);
    await form.getByLabel('Secret', { exact: true }).fill(venue.at.secret);
    await form.getByLabel('Your password').fill(trader.account.password);
    await form.getByRole('button', { name: 'Connect account' }).click();
    await expect(page.getByTestId('account-card')).toHaveCount(2);
    const health = page.getByTestId('account-health');
    await expect(async () => {
      await visit(page, '/accounts');
      await expect(health).toContainText('Ready', { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Trade with this account' }).click();
    await expect(page).toHaveURL(/\/dashboard$/);
    await expect(page.getByTestId('account-badge')).toContainText('Practice · Alpaca');
  });

  const trade = new TradePage(page, isPhone);
  await test.step('an order that rests there', async () => {
    await trade.open('AAPL');
    await trade.fill({ side: 'buy', type: 'limit', qty: '2', limitPrice: '20' });
    await trade.submit.click();
    await expect(trade.openRows).toHaveCount(1);
    await expect(trade.openRows.first()).toContainText('held by venue');
    expect(await venue.orders()).toHaveLength(1);
  });

  await test.step('what happened to it', async () => {
    await trade.tab('open');
    await trade.openRows.first().getByRole('link').first().click();
    await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}$/);
    const timeline = page.getByTestId('order-timeline');
    await expect(timeline.getByRole('listitem')).toHaveText([/Placed/, /Sent, \d+\.\d ms after it was asked for/, /The venue took it \d+\.\d ms later/]);
    await expect(page.getByTestId('order-state')).toHaveAttribute('data-status', 'new');
    await expectAccessible(page);
    await page.reload();
    await expect(timeline.getByRole('listitem')).toHaveCount(3);
    await trade.open('AAPL');
  });

  await test.step('the venue is silent', async () => {
    await venue.tell({ do: 'freeze', lose: false });
    await trade.fill({ side: 'buy', type: 'limit', qty: '3', limitPrice: '21' });
    await trade.submit.click();
    const unknown = trade.openRows.filter({ hasText: "don't place it again" });
    await expect(unknown).toHaveCount(1, { timeout: 2_500 });
    await expectAccessible(page);
    await venue.tell({ do: 'thaw' });
    await expect(unknown).toHaveCount(0, { timeout: 20_000 });
    await expect(trade.openRows).toHaveCount(2);
    expect(await venue.orders()).toHaveLength(2);
  });

  await test.step('cancel at the venue', async () => {
    await visit(page, '/orders?status=open');
    await page.getByTestId('cancel-all').click();
    await page.getByTestId('cancel-all').click();
    await expect(page.getByTestId('order-row')).toHaveCount(0, { timeout: 15_000 });
    const open = (await venue.orders()).filter((order) => !['canceled', 'filled'].includes(order.status));
    expect(open).toHaveLength(0);
  });

  await test.step('all accounts side by side', async () => {
    await visit(page, '/portfolio');
    await page.getByRole('link', { name: 'All accounts' }).click();
    await expect(page).toHaveURL(/\/portfolio\/all$/);
    const panels = page.getByTestId('all-accounts');
    await expect(panels.getByRole('heading')).toHaveText(['Practice accounts', 'Paper']);
    await expect(panels.getByTestId('overview-row')).toHaveCount(2);
    await expect(panels.getByTestId('overview-row').first()).toContainText('$100,000.00');
    await expectAccessible(page);
  });

  await test.step('back on paper', async () => {
    await visit(page, '/accounts');
    await page.getByRole('button', { name: 'Trade with this account' }).click();
    await expect(page.getByTestId('account-badge')).toContainText('Paper');
    await visit(page, '/orders?status=all');
    await expect(page.getByTestId('order-row')).toHaveCount(0);
  });
});
