// The product under test: one process on a free port with a data folder of its own.
// Plain JavaScript, because lighthouse.mjs and shots.mjs start it too.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const READY_WITHIN_MS = 30_000;
const LOG_LINES_MAX = 200;
const VENUE_URLS = ['ALPACA_TRADING_URL', 'ALPACA_PAPER_URL', 'BINANCE_API_URL', 'COINBASE_API_URL', 'KRAKEN_API_URL'];

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// A worker that ends early leaves no process of ours behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export function binary() {
  const path_ = process.env.SPEEDTRADE_BIN ?? path.join(ROOT, 'target/release/speedtrade');
  if (!existsSync(path_)) throw new Error(`${path_} does not exist: run "make build", or name a binary in SPEEDTRADE_BIN`);
  return path_;
}

export class Desk {
  /** @param {{ demo?: boolean, env?: Record<string, string> }} [options] */
  static async start(options = {}) {
    const desk = new Desk(await freePort(), options.demo ?? false, options.env ?? {});
    try {
      await desk.start();
    } catch (error) {
      await desk.stop();
      throw error;
    }
    return desk;
  }

  /** @param {number} port @param {boolean} isDemo @param {Record<string, string>} env */
  constructor(port, isDemo, env) {
    this.env = env;
    this.port = port;
    this.isDemo = isDemo;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = mkdtempSync(path.join(tmpdir(), 'speedtrade-e2e-'));
    /** @type {string[]} */
    this.log = [];
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.child = undefined;
  }

  /** Starts the process, again after `kill` with the same port and data, and waits until it is ready. */
  async start() {
    const args = ['serve', '--port', String(this.port), '--data-dir', this.dataDir, '--rate-limit', '0'];
    const child = spawn(binary(), this.isDemo ? [...args, '--demo'] : args, {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        LEPTOS_SITE_ROOT: path.resolve(ROOT, process.env.LEPTOS_SITE_ROOT ?? 'target/site'),
        LEPTOS_HASH_FILES: 'true',
        // No test reaches a venue that it did not start.
        ...Object.fromEntries(VENUE_URLS.map((name) => [name, 'http://127.0.0.1:9'])),
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    running.add(child);
    child.on('exit', () => running.delete(child));
    child.stdout?.on('data', (chunk) => this.#remember(chunk));
    child.stderr?.on('data', (chunk) => this.#remember(chunk));
    await this.#ready(child);
  }

  /** As a power cut would: no goodbye. */
  async kill() {
    await this.#end('SIGKILL');
  }

  async stop() {
    await this.#end('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What the demo printed when it started. */
  demoCredentials() {
    const text = this.log.join('\n');
    const email = text.match(/[\w.+-]+@speedtrade\.local/)?.[0];
    const password = text.match(/\b[A-Za-z0-9]{16}-aA\d\b/)?.[0];
    if (!email || !password) throw new Error(`no demo credentials were printed:\n${text}`);
    return { email, password };
  }

  /** @param {Buffer} chunk */
  #remember(chunk) {
    this.log.push(...chunk.toString().split('\n'));
    this.log.splice(0, Math.max(0, this.log.length - LOG_LINES_MAX));
  }

  /** @param {import('node:child_process').ChildProcess} child */
  async #ready(child) {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the desk did not become ready:\n${this.log.join('\n')}`);
  }

  /** @param {'SIGKILL' | 'SIGTERM'} signal */
  async #end(signal) {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(hard);
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
