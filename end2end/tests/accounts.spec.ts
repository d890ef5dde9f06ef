// Accounts: the paper one, and the form that connects one at a venue. The venues of this desk do not answer.
import { expectAccessible } from '../lib/axe.ts';
import { expect, test } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

const SECRET = 'canary-secret-5e1f0b7c';

test('the paper account is shown as such and can be renamed', async ({ page, trader, isPhone }) => {
  void trader;
  await visit(page, '/dashboard');
  await page.getByTestId('account-menu').click();
  await page.getByRole('link', { name: 'Accounts' }).click();
  await expect(page).toHaveURL(/\/accounts$/);
  const card = page.getByTestId('account-card');
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('Paper · no real money');
  await expect(card.getByText('Remove', { exact: true })).toHaveCount(0);
  await expectAccessible(page);

  await card.getByText('Rename', { exact: true }).click();
  await card.getByLabel('Label').fill('Play money');
  await card.getByRole('button', { name: 'Rename' }).click();
  await expect(card.getByRole('heading', { name: 'Play money' })).toBeVisible();
  if (isPhone) {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, 'nothing stands beyond the screen').toBeLessThanOrEqual(390);
  }
});

test('connecting says what is wrong beside its field, asks twice for real money, and keeps the key out of the address', async ({ page, trader }) => {
  await visit(page, '/accounts');
  const form = page.locator('.connect-form');
  const send = form.getByRole('button', { name: 'Connect account' });
  const fill = async (key: string, password: string) => {
    await form.getByLabel('Label').fill('Mine');
    await form.getByLabel('Key', { exact: true }).fill(key);
    await form.getByLabel('Secret', { exact: true }).fill(SECRET);
    await form.getByLabel('Your password').fill(password);
  };

  await test.step('a venue without practice accounts', async () => {
    await fill('PKCANARY0001', trader.account.password);
    await form.getByLabel('Venue').selectOption('kraken');
    await send.click();
    await expect(form.getByRole('alert').filter({ hasText: /no practice accounts/ })).toBeVisible();
  });

  await test.step('live has to be confirmed', async () => {
    await expect(form.getByText('move real money')).toBeHidden();
    await form.getByText('LIVE: real money').click();
    await expect(form.getByText('move real money')).toBeVisible();
    await expectAccessible(page);
    await send.click();
    await expect(form.getByRole('alert').filter({ hasText: /Tick this/ })).toBeVisible();
    await form.getByText('I understand').click();
  });

  await test.step('the password', async () => {
    await fill('PKCANARY0001', 'Wrong-horse-9!');
    await send.click();
    await expect(form.getByTestId('form-error')).toContainText(/password is wrong/i);
  });

  await test.step('a venue that does not answer', async () => {
    await fill('PKCANARY0001', trader.account.password);
    await send.click();
    await expect(form.getByTestId('form-error')).toContainText(/can.t be reached/i);
    await expect(page.getByTestId('account-card')).toHaveCount(1);
  });
  expect(page.url()).not.toContain(SECRET);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the form says what is wrong and keeps the key out of the address', async ({ page, trader }) => {
    await page.goto('/accounts');
    const form = page.locator('.connect-form');
    await form.getByLabel('Label').fill('Mine');
    await form.getByLabel('Key', { exact: true }).fill('PKCANARY0001');
    await form.getByLabel('Secret', { exact: true }).fill(SECRET);
    await form.getByLabel('Your password').fill(trader.account.password);
    await form.getByRole('button', { name: 'Connect account' }).click();
    await expect(page.getByTestId('form-error')).toContainText(/can.t be reached/i);
    expect(page.url()).not.toContain(SECRET);
    expect(page.url()).not.toContain(trader.account.password);
  });
});
