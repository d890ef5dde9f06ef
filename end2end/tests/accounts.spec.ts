// Accounts: the paper one, and one at a venue from its connecting to its removal.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../lib/axe.ts';
import { Desk } from '../lib/desk.mjs';
import { FakeAlpaca } from '../lib/fake-venue.ts';
import { expect, test as base } from '../lib/test.ts';
import { visit } from '../lib/trade.ts';

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

const form = (page: Page) => page.locator('.connect-form');
const cards = (page: Page) => page.getByTestId('account-card');

async function fill(page: Page, key: string, secret: string, password: string) {
  await form(page).getByLabel('Label').fill('Mine');
  await form(page).getByLabel('Key', { exact: true }).fill(key);
  await form(page).getByLabel('Secret', { exact: true }).fill(secret);
  await form(page).getByLabel('Your password').fill(password);
}

async function send(page: Page) {
  await form(page).getByRole('button', { name: 'Connect account' }).click();
}

const said = (page: Page, words: RegExp) => expect(form(page).getByRole('alert').filter({ hasText: words })).toBeVisible();

test('the paper account is shown as such and can be renamed', async ({ page, trader, isPhone }) => {
  void trader;
  await visit(page, '/dashboard');
  await page.getByTestId('account-menu').click();
  await page.getByRole('link', { name: 'Accounts' }).click();
  await expect(page).toHaveURL(/\/accounts$/);
  const card = cards(page);
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('Paper · no real money');
  await expect(card.getByText('Remove', { exact: true })).toHaveCount(0);
  await expectAccessible(page);

  await card.getByText('Rename', { exact: true }).first().click();
  await card.getByLabel('Label').fill('Play money');
  await card.getByRole('button', { name: 'Rename' }).click();
  await expect(card.getByRole('heading', { name: 'Play money' })).toBeVisible();
  if (isPhone) {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, 'nothing stands beyond the screen').toBeLessThanOrEqual(390);
  }
});

test('trading is stopped and resumed by its owner', async ({ page, trader }) => {
  await trader.rest.place({ symbol: 'KO', side: 'buy', type: 'limit', qty: '1', limit_price: '1.00', time_in_force: 'gtc' });
  await visit(page, '/accounts');
  const card = cards(page);
  await card.getByText('Stop trading', { exact: true }).click();
  await expect(card).toContainText('Cancels every open order');
  await card.getByRole('button', { name: 'Stop all trading' }).click();
  await expect(card.getByTestId('account-closed')).toContainText('You stopped trading');
  await expectAccessible(page);
  expect(await trader.rest.orders('open')).toEqual([]);
  await expect(trader.rest.place({ symbol: 'KO', side: 'buy', type: 'market', qty: '1' })).rejects.toThrow(/trading_halted|kill switch/);
  await visit(page, '/portfolio');
  await expect(page.getByTestId('account-trouble')).toContainText('You stopped trading');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Look at your accounts' }).click();
  await card.getByRole('button', { name: 'Resume trading' }).click();
  await expect(card.getByTestId('account-closed')).toHaveCount(0);
  await trader.rest.place({ symbol: 'KO', side: 'buy', type: 'market', qty: '1' });
});

test('an account is connected, verified and removed, and what is wrong stands beside its field', async ({ page, trader, venue }) => {
  const { key, secret } = venue.at;
  const { password } = trader.account;
  await visit(page, '/accounts');

  await test.step('a venue without practice accounts', async () => {
    await fill(page, key, secret, password);
    await form(page).getByLabel('Venue').selectOption('kraken');
    await send(page);
    await said(page, /no practice accounts/);
    await form(page).getByLabel('Venue').selectOption('alpaca');
  });

  await test.step('a wrong password, and a key that the venue does not know', async () => {
    await fill(page, key, secret, 'Wrong-horse-9!');
    await send(page);
    await said(page, /password is wrong/i);
    await fill(page, key, 'not-the-secret', password);
    await send(page);
    await said(page, /does not accept this key/);
    await expect(cards(page)).toHaveCount(1);
  });

  await test.step('practice', async () => {
    await fill(page, key, secret, password);
    await send(page);
    await expect(cards(page)).toHaveCount(2);
    const card = cards(page).nth(1);
    await expect(card).toContainText('Practice · no real money');
    await expect(card.getByTestId('key-hint')).toHaveText(`…${key.slice(-4)}`);
    await expect(card.getByTestId('account-holdings')).toContainText('USD');
    await expect(form(page).getByLabel('Secret', { exact: true }), 'the form forgets').toHaveValue('');
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Verify now' }).click();
    await expect(page.getByText('The accounts are up to date.').first()).toBeVisible();
  });

  await test.step('live asks twice', async () => {
    await form(page).getByText('LIVE: real money').click();
    await fill(page, key, secret, password);
    await expect(form(page).getByText('move real money')).toBeVisible();
    await send(page);
    await said(page, /Tick this/);
    await form(page).getByText('I understand').click();
    await send(page);
    await expect(cards(page)).toHaveCount(3);
    await expect(cards(page).nth(2)).toContainText('Live · real money');
    await expectAccessible(page);
  });

  await test.step('removed', async () => {
    const card = cards(page).nth(1);
    await card.getByText('Remove', { exact: true }).first().click();
    await card.getByText('Remove this account from the desk').click();
    await card.getByLabel('Your password').last().fill(password);
    await card.getByRole('button', { name: 'Remove account' }).click();
    await expect(cards(page)).toHaveCount(2);
  });
  expect(page.url()).not.toContain(secret);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the form connects, says what is wrong, and keeps the key out of the address', async ({ page, trader, venue }) => {
    const { password } = trader.account;
    const { key, secret } = venue.at;
    await page.goto('/accounts');
    await fill(page, key, 'not-the-secret', password);
    await send(page);
    await said(page, /does not accept this key/);
    expect(page.url()).not.toContain('not-the-secret');
    expect(page.url()).not.toContain(password);
    await page.goto('/accounts');
    await fill(page, key, secret, password);
    await send(page);
    await expect(cards(page)).toHaveCount(2);
    await expect(cards(page).nth(1)).toContainText('Practice · no real money');
    expect(page.url()).not.toContain(secret);
  });
});
