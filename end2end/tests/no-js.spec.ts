import { newAccount } from '../lib/rest.ts';
import { expect, test } from '../lib/test.ts';

test.use({ javaScriptEnabled: false });

test('the landing page says what this is and leads in', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create a free account' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Simulated prices' }).getByRole('listitem').first()).toContainText('$');
});

test('registering, signing out and signing in are plain forms that say what is wrong', async ({ page }) => {
  const account = newAccount();
  const email = page.getByLabel('Email');
  const password = page.getByLabel('Password', { exact: true });

  await test.step('a weak password is explained', async () => {
    await page.goto('/register');
    await email.fill(account.email);
    await page.getByLabel('Username').fill(account.username);
    await password.fill('password');
    await page.getByRole('main').getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /upper-case/i })).toBeVisible();
  });

  await test.step('a good one opens the desk', async () => {
    await page.goto('/register');
    await email.fill(account.email);
    await page.getByLabel('Username').fill(account.username);
    await password.fill(account.password);
    await page.getByRole('main').getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(/\/dashboard$/);
    await expect(page.getByTestId('stat-cash')).toHaveText('$100,000.00');
  });

  await test.step('sign out', async () => {
    await page.goto('/settings');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/$/);
    await page.goto('/dashboard');
    await expect(page).toHaveURL(/\/login\?next=/);
  });

  await test.step('a wrong password is said in words, the right one leads where one wanted to go', async () => {
    await email.fill(account.email);
    await password.fill('Wrong-horse-9!');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByTestId('form-error')).toContainText(/password/i);
    await page.goto('/login?next=/orders');
    await email.fill(account.email);
    await password.fill(account.password);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/orders$/);
  });
});

test('dashboard, trade page, portfolio and orders can be read', async ({ page, trader }) => {
  await trader.rest.place({ symbol: 'AAPL', side: 'buy', type: 'market', qty: '3' });
  await trader.rest.place({ symbol: 'AAPL', side: 'buy', type: 'limit', qty: '1', limit_price: '10.00', time_in_force: 'gtc' });
  const held = page.locator('[data-testid="position-row"][data-symbol="AAPL"]').first();

  await page.goto('/dashboard');
  await expect(page.getByTestId('stat-equity')).toHaveText(/^\$[\d,]+\.\d\d$/);
  await expect(held.getByTestId('position-qty')).toHaveText('3');

  const source = await (await page.goto('/trade/AAPL'))!.text();
  await expect(page.getByTestId('price').first()).toHaveText(/^\$[\d,]+\.\d\d$/);
  await expect(held).toBeVisible();
  expect(source, 'what does not work without it is said').toContain('needs JavaScript');

  await page.goto('/portfolio');
  await expect(held.getByTestId('position-qty')).toHaveText('3');

  await page.goto('/orders');
  await expect(page.getByTestId('order-row')).toHaveCount(2);
  await page.getByRole('link', { name: 'Open', exact: true }).click();
  await expect(page.getByTestId('order-row')).toHaveCount(1);
});
