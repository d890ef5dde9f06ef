// A trading venue in a process of its own (server/tests/venues). It knows one key, and checks it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BINARY = path.join(ROOT, 'target/debug/fake-venue');

export class FakeAlpaca {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly key: string,
    readonly secret: string,
  ) {}

  static async start(): Promise<FakeAlpaca> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: cargo build -p server --bin fake-venue`);
    const child = spawn(BINARY, ['alpaca'], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    return new Promise((resolve, reject) => {
      child.on('exit', () => reject(new Error('the fake ended')));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const said = JSON.parse(line) as { event: string; port: number; key: string; secret: string };
        if (said.event === 'listening') resolve(new FakeAlpaca(child, said.port, said.key, said.secret));
      });
    });
  }

  /** Both of Alpaca's places are here: nothing leaves this machine. */
  env(): Record<string, string> {
    const rest = `http://127.0.0.1:${this.port}`;
    return { ALPACA_PAPER_URL: rest, ALPACA_TRADING_URL: rest, ALPACA_TRADING_STREAM_URL: `ws://127.0.0.1:${this.port}/stream` };
  }

  stop() {
    this.child.kill('SIGKILL');
  }
}
