// Signing up and in with the program running: mistakes are words on the page, and nothing in the console.
import { newAccount } from '../lib/rest.ts';
import { expect, test } from '../lib/test.ts';
import { hydrated, visit } from '../lib/trade.ts';

test('mistakes are said beside the form, and what was typed stays', async ({ page }) => {
  const account = newAccount();
  const main = page.getByRole('main');
  const email = page.getByLabel('Email');
  const password = page.getByLabel('Password', { exact: true });

  await test.step('a weak password', async () => {
    await visit(page, '/register');
    await email.fill(account.email);
    await page.getByLabel('Username').fill(account.username);
    await password.fill('password');
    await main.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /upper-case/i })).toBeVisible();
    await expect(email).toHaveValue(account.email);
  });

  await test.step('a good one opens the desk', async () => {
    await password.fill(account.password);
    await main.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(/\/dashboard$/);
    await hydrated(page);
    await page.getByTestId('account-menu').click();
    await page.getByTestId('sign-out').click();
    await expect(page.getByRole('link', { name: 'Create a free account' })).toBeVisible();
  });

  await test.step('an email that is taken', async () => {
    await visit(page, '/register');
    await email.fill(account.email);
    await page.getByLabel('Username').fill(newAccount().username);
    await password.fill(account.password);
    await main.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
    await expect(page).toHaveURL(/\/register$/);
  });

  await test.step('a wrong password, then the right one', async () => {
    await visit(page, '/login?next=/orders');
    await email.fill(account.email);
    await password.fill('Wrong-horse-9!');
    await main.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByTestId('form-error')).toContainText(/password/i);
    await password.fill(account.password);
    await main.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/orders$/);
  });
});
