import path from 'node:path';
import { expectAccessible } from '../lib/axe.ts';
import type { Page } from '@playwright/test';
import { expect, test } from '../lib/test.ts';
import { hydrated, TradePage } from '../lib/trade.ts';

interface PageCase {
  name: string;
  path: string;
  visitor?: boolean;
  status?: number;
  showsPrices?: boolean;
}

const PAGES: PageCase[] = [
  { name: 'landing', path: '/', visitor: true, showsPrices: true },
  { name: 'login', path: '/login', visitor: true },
  { name: 'register', path: '/register', visitor: true },
  { name: 'dashboard', path: '/dashboard', showsPrices: true },
  { name: 'trade-stock', path: '/trade/AAPL', showsPrices: true },
  { name: 'trade-crypto', path: '/trade/BTC-USD', showsPrices: true },
  { name: 'trade-visitor', path: '/trade/F', visitor: true, showsPrices: true },
  { name: 'portfolio', path: '/portfolio', showsPrices: true },
  { name: 'orders', path: '/orders', showsPrices: true },
  { name: 'screener', path: '/screener', showsPrices: true },
  { name: 'watchlists', path: '/watchlists' },
  { name: 'alerts', path: '/alerts' },
  { name: 'settings', path: '/settings' },
  { name: 'offline', path: '/offline' },
  { name: 'not-found', path: '/no/such/page', status: 404 },
  { name: 'unknown-symbol', path: '/trade/NOSUCH', status: 404 },
];

test.use({ deskKind: 'demo' });

for (const theme of ['dark', 'light']) {
  test.describe(theme, () => {
    for (const wanted of PAGES) {
      test(`${wanted.name} is accessible, fits the screen and keeps quiet`, async ({ page, context, desk, guard, signIn, isPhone }, info) => {
        await context.addCookies([{ name: 'st_theme', value: theme, url: desk.url }]);
        if (!wanted.visitor) await signIn();
        // The browser itself reports the answer of the page that was asked for.
        if (wanted.status) guard.allow(/console: Failed to load resource: the server responded with a status of 404/);

        const answer = await page.goto(wanted.path);
        expect(answer?.status()).toBe(wanted.status ?? 200);
        await hydrated(page);
        await settled(page);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        if (wanted.showsPrices) await expect(page.getByText(/simulated/i).filter({ visible: true }).first()).toBeVisible();
        await picture(page, path.join(info.project.outputDir, 'pages', `${wanted.name}-${isPhone ? 390 : 1440}-${theme}.png`));

        // Not innerWidth: a phone zooms out to fit what is too wide.
        const width = await page.evaluate(() => document.scrollingElement!.scrollWidth);
        expect(width, 'no sideways scrolling').toBeLessThanOrEqual(page.viewportSize()!.width);
        await expectAccessible(page);
      });
    }
  });
}

test('a ticket with a mistake in it is accessible, in the sheet of the phone as well', async ({ page, signIn, isPhone }) => {
  await signIn();
  const trade = new TradePage(page, isPhone);
  await trade.open('AAPL');
  await trade.fill({ side: 'sell', qty: 'abc', type: 'limit', limitPrice: '1.005' });
  await trade.submit.click();
  await expect(trade.qty).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
});

/** The whole page, but of the thousand rows of a screen only the first: they are 50,000 pixels, and seconds, tall. */
async function picture(page: Page, file: string) {
  const { width, height } = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { width: scrollWidth, height: Math.min(scrollHeight, 4_000) };
  });
  await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width, height } });
}

/** Live, and nothing is loading or fading any more. */
async function settled(page: Page) {
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'live', { timeout: 10_000 });
  await expect(page.locator('[aria-busy="true"]:visible')).toHaveCount(0);
}
