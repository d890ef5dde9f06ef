// Prices of a real feed, or of a fake of it: what a trader sees while it is there, away for ten seconds, and back.
import { expectAccessible } from '../lib/axe.ts';
import { FakeBinance } from '../lib/fake-feed.ts';
import { Desk } from '../lib/desk.mjs';
import { expect, test as base } from '../lib/test.ts';
import { TradePage } from '../lib/trade.ts';

const test = base.extend<{ feed: FakeBinance }>({
  feed: async ({}, use) => {
    const feed = await FakeBinance.start();
    await use(feed);
    feed.stop();
  },
  desk: async ({ feed }, use) => {
    const desk = await Desk.start({ env: feed.env() });
    await use(desk);
    await desk.stop();
  },
});

test('a lost feed is said within two seconds, asks again before a market order, and comes back by itself', async ({ page, feed, signIn, isPhone }) => {
  await signIn();
  feed.quote('70000.10', '70000.20');
  const trade = new TradePage(page, isPhone);
  await trade.open('BTC-USD');
  const pill = page.getByTestId('connection');
  await expect(trade.price).toHaveText('$70,000.10');
  await expect(page.getByText('Some live prices').first()).toBeAttached();
  await expect(pill).toHaveAttribute('data-state', 'live');

  const lostAt = Date.now();
  await test.step('the age of the price is said', async () => {
    feed.goAway();
    await expect(pill).toHaveAttribute('data-state', 'stale', { timeout: 2_000 });
    await expect(pill).toContainText(/Prices \d+ s old|Waiting for prices/);
    await expect(page.getByTestId('trade-price')).toContainText('Not current');
  });

  await test.step('the page of the feeds says so', async () => {
    const feeds = await page.context().newPage();
    await feeds.goto('/feeds');
    const binance = feeds.getByTestId('feed').and(feeds.locator('[data-feed="binance"]'));
    await expect(binance).toHaveAttribute('data-health', /down|connecting/);
    await expect(binance).toContainText(/Last heard \d+ s ago/);
    await expect(feeds.getByRole('region', { name: 'Stocks' })).toContainText('These prices are invented');
    await expect(feeds.getByRole('region', { name: 'Not configured' })).toContainText('coinbase');
    await expectAccessible(feeds);
    await feeds.close();
  });

  await test.step('a market order asks again', async () => {
    await trade.choose('buy');
    await trade.qty.fill('0.01');
    await trade.submit.click();
    await expect(trade.error).toContainText('not current');
    await expect(pill).toContainText(/Prices [5-9] s old/, { timeout: 10_000 });
  });

  await test.step('everything returns without a reload', async () => {
    await page.waitForTimeout(Math.max(0, 10_000 - (Date.now() - lostAt)));
    feed.comeBack('71000.10', '71000.20');
    await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 15_000 });
    await expect(trade.price).toHaveText('$71,000.10');
    await trade.submit.click();
    await expect(page.getByText(/Bought 0.01 BTC\/USD/)).toBeVisible();
  });
});
