import { get } from 'node:http';
import { newAccount } from '../lib/rest.ts';
import { expect, test } from '../lib/test.ts';

const PAGES = ['/', '/login', '/register', '/trade/AAPL', '/screener', '/settings', '/offline', '/no-such-page'];

const TYPES: Record<string, RegExp> = { css: /^text\/css\b/, js: /^text\/javascript\b/, wasm: /^application\/wasm$/ };

test('every page carries a strict policy and the usual guards', async ({ request }) => {
  for (const path of PAGES) {
    const headers = (await request.get(path)).headers();
    const policy = headers['content-security-policy'];
    expect(policy, path).toMatch(/default-src 'none'/);
    expect(policy, path).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|\*/);
    expect(policy, path).toMatch(/script-src 'nonce-[^']{16,}'/);
    expect(policy, path).toMatch(/frame-ancestors 'none'/);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['referrer-policy'], path).toBeTruthy();
  }
});

test('a nonce is used once', async ({ request }) => {
  const nonce = async () => (await request.get('/')).headers()['content-security-policy'].match(/nonce-([^']+)/)![1];
  expect(await nonce()).not.toBe(await nonce());
});

test('built files are kept for ever and sent with brotli', async ({ request, desk }) => {
  const source = await (await request.get('/')).text();
  const files = [...new Set(source.match(/\/pkg\/[\w.-]+\.(?:js|css|wasm)/g))];
  expect(files.map((file) => file.split('.').pop()).sort()).toEqual(['css', 'js', 'wasm']);
  for (const file of files) {
    const headers = await rawHeaders(`${desk.url}${file}`, { 'accept-encoding': 'br, gzip' });
    expect(headers['cache-control'], file).toMatch(/max-age=31536000.*immutable/);
    expect(headers['content-encoding'], file).toBe('br');
    expect(headers['content-type'], file).toMatch(TYPES[file.split('.').pop()!]);
    expect((await rawHeaders(`${desk.url}${file}`, {}))['content-encoding'], `${file}, plain`).toBeUndefined();
  }
});

test('pages of an account are not kept', async ({ page, trader }) => {
  void trader;
  for (const path of ['/dashboard', '/portfolio', '/orders', '/api/v1/portfolio']) {
    const answer = await page.request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['cache-control'], path).toMatch(/no-store/);
  }
});

test('another site cannot make a browser change anything', async ({ page, trader, desk }) => {
  const order = { symbol: 'AAPL', side: 'buy', type: 'market', qty: '1' };
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  for (const path of ['/api/v1/orders', '/api/v1/auth/logout', '/fn/logout', '/fn/place_order']) {
    const answer = await page.request.post(`${desk.url}${path}`, { headers: foreign, data: order });
    expect(answer.status(), path).toBe(403);
  }
  const login = await page.request.post(`${desk.url}/api/v1/auth/login`, { headers: foreign, data: newAccount() });
  expect(login.status()).toBe(403);
  expect(await trader.rest.orders()).toEqual([]);
});

test('no script can read a cookie of the session', async ({ page, context, trader }) => {
  void trader;
  await page.goto('/dashboard');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const cookies = (await context.cookies()).filter(({ name }) => /access|refresh/.test(name));
  expect(cookies.length).toBe(2);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
});

/** As sent: nothing unpacks the body or adds a header. */
function rawHeaders(url: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.headers));
    }).on('error', reject);
  });
}
