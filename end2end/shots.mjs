// Pictures of the main pages of the demo desk, on a phone and on a desk, dark and light.
//   node shots.mjs FOLDER [page ...]
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { Desk } from './lib/desk.mjs';

/** @type {Record<string, string>} */
const PAGES = {
  dashboard: '/dashboard',
  trade: '/trade/AAPL',
  crypto: '/trade/BTC-USD',
  portfolio: '/portfolio',
  orders: '/orders',
  screener: '/screener',
  watchlists: '/watchlists',
  alerts: '/alerts',
  settings: '/settings',
  landing: '/',
  login: '/login',
  register: '/register',
  offline: '/offline',
};
const VISITOR = ['landing', 'login', 'register'];
const SCREENS = [
  { width: 1440, height: 900, isMobile: false },
  { width: 390, height: 844, isMobile: true },
];

const [folder, ...asked] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node shots.mjs FOLDER [page ...]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const desk = await Desk.start({ demo: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
try {
  for (const screen of SCREENS) for (const theme of ['dark', 'light']) await shoot(screen, theme);
} finally {
  await browser.close();
  await desk.stop();
}

/** @param {typeof SCREENS[number]} screen @param {string} theme */
async function shoot(screen, theme) {
  const { width, height, isMobile } = screen;
  const context = await browser.newContext({ baseURL: desk.url, viewport: { width, height }, isMobile, hasTouch: isMobile, deviceScaleFactor: 2 });
  const theme_ = { name: 'st_theme', value: theme, url: desk.url };
  await context.addCookies([theme_]);
  const page = await context.newPage();
  const names = Object.keys(PAGES).filter((name) => asked.length === 0 || asked.includes(name));
  for (const name of names.filter((name) => VISITOR.includes(name))) await shot(name);
  await context.request.post('/api/v1/auth/login', { data: desk.demoCredentials() });
  for (const name of names.filter((name) => !VISITOR.includes(name))) await shot(name);
  if (isMobile && names.includes('trade')) await sheet();
  await context.close();

  /** @param {string} name */
  async function shot(name) {
    await page.goto(PAGES[name]);
    await page.locator('html[data-hydrated="true"]').waitFor();
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor({ state: 'attached' });
    await save(name);
  }

  async function sheet() {
    await page.goto(PAGES.trade);
    await page.locator('html[data-hydrated="true"]').waitFor();
    await page.getByTestId('buy-bar-buy').click();
    await page.getByTestId('ticket-qty').filter({ visible: true }).fill('10');
    await save('ticket');
  }

  /** The window on a desk, the whole page on a phone. @param {string} name */
  async function save(name) {
    const file = path.join(folder, `${name}-${width}-${theme}.png`);
    await page.screenshot({ path: file, fullPage: isMobile && name !== 'ticket' });
    console.log(file);
  }
}
