import { defineConfig } from '@playwright/test';

// Specs that drive no page: the size of the screen means nothing to them.
const host = /(crash|sockets|headers)\.spec\.ts/;
// Specs that measure no time: scripts/test looks at the pages of both sizes side by side.
const pages = /pages\.spec\.ts/;

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  fullyParallel: false,
  // One at a time, unless asked otherwise: the click-to-numbers time must not be measured beside another browser on two cores.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 40_000,
  expect: { timeout: 5_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    actionTimeout: 5_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'off',
  },
  projects: [
    { name: 'pages-desktop', testMatch: pages, use: desktop },
    { name: 'pages-phone', testMatch: pages, use: phone },
    { name: 'desktop', testIgnore: [host, pages], use: desktop },
    { name: 'phone', testIgnore: [host, pages], use: phone },
    { name: 'host', testMatch: host, use: desktop },
  ],
});
