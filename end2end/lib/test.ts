// `test` of every spec: it starts the product, watches every browser and knows how to sign in.
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, test as base } from '@playwright/test';
import { Desk } from './desk.mjs';
import { Guard } from './guard.ts';
import { type Account, newAccount, Rest } from './rest.ts';

export { expect } from '@playwright/test';

/** `shared` lives as long as the worker, `demo` too and has a past; `own` is for tests that break it. */
type DeskKind = 'shared' | 'demo' | 'own';

interface WorkerFixtures {
  desks: (kind: 'shared' | 'demo') => Promise<Desk>;
}

interface Fixtures {
  deskKind: DeskKind;
  desk: Desk;
  guard: Guard;
  /** The account of this test's browser, which is signed in to it. */
  trader: Trader;
  /** Makes the `trader` when a test decides to. */
  signIn: () => Promise<Trader>;
  /** A page of the same trader in a browser of its own. */
  secondBrowser: () => Promise<Page>;
  isPhone: boolean;
}

export interface Trader {
  account: Pick<Account, 'email' | 'password'>;
  rest: Rest;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  desks: [
    async ({}, use) => {
      const started = new Map<string, Promise<Desk>>();
      await use((kind) => {
        const desk = started.get(kind) ?? Desk.start({ demo: kind === 'demo' });
        started.set(kind, desk);
        return desk;
      });
      for (const desk of started.values()) await (await desk).stop();
    },
    { scope: 'worker' },
  ],

  deskKind: ['shared', { option: true }],

  desk: async ({ deskKind, desks }, use) => {
    if (deskKind !== 'own') return use(await desks(deskKind));
    const desk = await Desk.start();
    await use(desk);
    await desk.stop();
  },

  baseURL: async ({ desk }, use) => use(desk.url),

  guard: async ({ desk }, use) => {
    const guard = new Guard(desk.url);
    await use(guard);
    guard.verify();
  },

  context: async ({ context, guard }, use) => {
    await guard.watch(context);
    await use(context);
  },

  signIn: async ({ context, desk, deskKind }, use) => {
    await use(() => (deskKind === 'demo' ? signIn(context, desk.url, desk.demoCredentials()) : register(context, desk.url)));
  },

  trader: async ({ signIn }, use) => use(await signIn()),

  secondBrowser: async ({ browser, contextOptions, viewport, hasTouch, isMobile, baseURL, guard, trader, desk }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await guarded(browser, { ...contextOptions, viewport, hasTouch, isMobile, baseURL }, guard);
      opened.push(context);
      await signIn(context, desk.url, trader.account);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },

  isPhone: async ({ isMobile }, use) => use(isMobile === true),
});

async function guarded(browser: Browser, options: BrowserContextOptions, guard: Guard) {
  const context = await browser.newContext(options);
  await guard.watch(context);
  return context;
}

/** By the interface, because the form has a spec of its own: the answer's cookies sign the browser in. */
async function register(context: BrowserContext, url: string): Promise<Trader> {
  const account = newAccount();
  return enter(context, url, 'register', account, account);
}

async function signIn(context: BrowserContext, url: string, account: Trader['account']): Promise<Trader> {
  return enter(context, url, 'login', account, { email: account.email, password: account.password });
}

async function enter(context: BrowserContext, url: string, way: string, account: Trader['account'], data: object): Promise<Trader> {
  const answer = await context.request.post(`${url}/api/v1/auth/${way}`, { data });
  if (!answer.ok()) throw new Error(`${way}: ${answer.status()} ${await answer.text()}`);
  const { access_token } = (await answer.json()) as { access_token: string };
  return { account, rest: new Rest(url, access_token) };
}
