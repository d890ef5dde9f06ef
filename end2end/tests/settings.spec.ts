import { expect, test } from '../lib/test.ts';
import { hydrated, visit } from '../lib/trade.ts';

test('theme and colors change at once and are there in the first byte of every later page', async ({ page, trader }) => {
  void trader;
  const html = page.locator('html');
  await visit(page, '/settings');
  const saved = () => page.waitForResponse((answer) => /\/fn\/save_preferences/.test(answer.url()) && answer.ok());

  let answer = saved();
  await page.getByLabel('Dark', { exact: true }).check({ force: true });
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await answer;
  answer = saved();
  await page.getByRole('radio', { name: /blue/i }).check({ force: true });
  await expect(html).toHaveAttribute('data-colors', 'blue-orange');
  await answer;

  for (const path of ['/settings', '/dashboard', '/trade/AAPL']) {
    const source = await (await page.goto(path))!.text();
    const tag = source.match(/<html[^>]*>/)![0];
    expect(tag, `${path}: the host wrote it, so that nothing flashes`).toContain('data-theme="dark"');
    expect(tag).toContain('data-colors="blue-orange"');
    await hydrated(page);
    await expect(html).toHaveAttribute('data-theme', 'dark');
    await expect(html).toHaveAttribute('data-colors', 'blue-orange');
  }

  await page.goto('/settings');
  await hydrated(page);
  await expect(page.getByLabel('Dark', { exact: true })).toBeChecked();
  await expect(page.getByRole('radio', { name: /blue/i })).toBeChecked();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a button saves the look', async ({ page }) => {
    await page.goto('/settings');
    await page.getByLabel('Light', { exact: true }).check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.goto('/');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  });
});
