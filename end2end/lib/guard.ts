// What no journey may cause: a console error, a script error, a CSP violation, a request elsewhere, a 5xx.
import { type BrowserContext, expect } from '@playwright/test';

export class Guard {
  private readonly faults: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(private readonly origin: string) {}

  /** For faults that belong to the journey, like a refused connection while the desk is down. */
  allow(pattern: RegExp) {
    this.allowed.push(pattern);
  }

  async watch(context: BrowserContext) {
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    context.on('console', (message) => {
      if (message.type() === 'error') this.note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (event) => this.note(`page error: ${event.error().stack ?? event.error().message}`));
    context.on('request', (request) => this.check(request.url()));
    context.on('page', (page) => page.on('websocket', (socket) => this.check(socket.url())));
    context.on('response', (response) => {
      if (response.status() >= 500) this.note(`${response.status()} ${response.request().method()} ${response.url()}`);
    });
  }

  verify() {
    const found = this.faults.filter((fault) => !this.allowed.some((pattern) => pattern.test(fault)));
    expect(found, 'console errors, CSP violations, foreign requests and server errors').toEqual([]);
  }

  private check(url: string) {
    const { protocol, host } = new URL(url);
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(this.origin).host) this.note(`request to another host: ${url}`);
  }

  private note(fault: string) {
    this.faults.push(fault);
  }
}
