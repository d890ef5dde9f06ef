// The trade page: the ticket, wherever the screen puts it, and the numbers around it.
import { expect, type Locator, type Page } from '@playwright/test';

export interface Entry {
  side: 'buy' | 'sell';
  qty: string;
  type?: 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
  limitPrice?: string;
  tif?: 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls';
  stopPrice?: string;
  trail?: string;
  takeProfit?: string;
  stopLoss?: string;
}

/** Hydration is over: clicks are handled by the program, not by the browser's form. */
export async function hydrated(page: Page) {
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true', { timeout: 15_000 });
}

/** Goes there and waits until the page is alive. */
export async function visit(page: Page, path: string) {
  await page.goto(path);
  await hydrated(page);
}

/** A price's text changes within the time. */
export async function expectToMove(price: Locator, within: number) {
  const before = await price.textContent();
  await expect(price).not.toHaveText(before ?? '', { timeout: within });
}

export class TradePage {
  readonly ticket: Locator;
  readonly price: Locator;
  readonly submit: Locator;
  readonly qty: Locator;
  readonly error: Locator;
  readonly openRows: Locator;
  readonly historyRows: Locator;

  constructor(
    readonly page: Page,
    private readonly isPhone: boolean,
  ) {
    // On a phone the ticket stands in a sheet; only one of its places is visible.
    this.ticket = page.getByTestId('ticket').filter({ visible: true });
    this.submit = this.ticket.getByTestId('ticket-submit');
    this.qty = this.ticket.getByTestId('ticket-qty');
    this.error = this.ticket.getByTestId('ticket-error');
    this.price = page.getByTestId('price').first();
    this.openRows = page.getByTestId('open-orders-table').getByTestId('order-row');
    this.historyRows = page.getByTestId('orders-table').getByTestId('order-row');
  }

  async open(symbol: string) {
    await visit(this.page, `/trade/${symbol}`);
    await this.live();
  }

  async live() {
    await expect(this.page.getByTestId('connection')).toHaveAttribute('data-state', 'live', { timeout: 10_000 });
  }

  /** Opens the phone's sheet, or picks the side in the ticket of the desk. */
  async choose(side: 'buy' | 'sell') {
    if (this.isPhone && !(await this.ticket.isVisible())) await this.page.getByTestId(`buy-bar-${side}`).click();
    await this.ticket.getByTestId(`ticket-side-${side}`).click();
    await expect(this.ticket.getByTestId(`ticket-side-${side}`)).toHaveAttribute('aria-checked', 'true');
  }

  async fill(entry: Entry) {
    const type = entry.type ?? 'market';
    await this.choose(entry.side);
    await this.ticket.getByTestId(`ticket-type-${type}`).click();
    await this.ticket.getByTestId(`ticket-tif-${entry.tif ?? 'day'}`).click();
    await this.qty.fill(entry.qty);
    if (entry.limitPrice) await this.ticket.getByTestId('ticket-limit-price').fill(entry.limitPrice);
    if (entry.stopPrice) await this.ticket.getByTestId('ticket-stop-price').fill(entry.stopPrice);
    if (entry.trail) await this.ticket.getByTestId('ticket-trail').fill(entry.trail);
    if (entry.takeProfit || entry.stopLoss) await this.openExits();
    if (entry.takeProfit) await this.ticket.getByTestId('ticket-take-profit').fill(entry.takeProfit);
    if (entry.stopLoss) await this.ticket.getByTestId('ticket-stop-loss').fill(entry.stopLoss);
  }

  private async openExits() {
    if (!(await this.ticket.getByTestId('ticket-stop-loss').isVisible())) await this.ticket.getByTestId('ticket-exits').click();
  }

  async tab(name: 'positions' | 'open' | 'history') {
    await this.page.getByTestId(`tab-${name}`).click();
  }

  position(symbol: string): Locator {
    return this.page.getByTestId('position-row').and(this.page.locator(`[data-symbol="${symbol}"]`)).first();
  }

  /** A figure of the account. */
  stat(name: 'cash' | 'buying-power'): Locator {
    return this.page.getByTestId(`stat-${name}`).first();
  }
}
