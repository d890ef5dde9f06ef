// Depth and prints beside the chart: they are there, go with the quote and keep moving.
import { expect, test } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

test('the order book and the tape follow the market', async ({ page }) => {
  await visit(page, '/trade/AAPL');
  const bids = page.getByTestId('bid-row');
  const asks = page.getByTestId('ask-row');
  await expect(bids).toHaveCount(10);
  await expect(asks).toHaveCount(10);

  await test.step('the best bid is the quote’s, and below the best ask', async () => {
    await expect
      .poll(async () => {
        const [quoted, best] = await Promise.all([page.getByTestId('bid').textContent(), bids.first().locator('td').first().textContent()]);
        return quoted!.startsWith(best!.trim());
      })
      .toBe(true);
    const price = async (row: ReturnType<typeof bids.first>) => Number((await row.locator('td').first().textContent())!.replace(/[^0-9.]/g, ''));
    expect(await price(bids.first())).toBeLessThan(await price(asks.last()));
  });

  await test.step('prints come', async () => {
    const tape = page.getByTestId('tape').locator('tbody tr');
    await expect(tape.first()).toBeVisible();
    const before = await tape.first().textContent();
    await expect(tape.first()).not.toHaveText(before!, { timeout: 5_000 });
  });
});
