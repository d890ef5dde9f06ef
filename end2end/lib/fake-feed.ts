// A provider of prices in a process of its own (server/tests/fakes): told what to say, and when to fail.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BINARY = path.join(ROOT, 'target/debug/fake-feed');

export class FakeBinance {
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<FakeBinance> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: scripts/check-venues builds it`);
    const child = spawn(BINARY, ['binance'], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const port = await new Promise<number>((resolve, reject) => {
      child.on('exit', () => reject(new Error('the fake ended')));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const event = JSON.parse(line) as { event: string; port?: number };
        if (event.event === 'listening') resolve(event.port!);
      });
    });
    return new FakeBinance(child, port);
  }

  env(): Record<string, string> {
    return { CRYPTO_FEEDS: 'binance', BINANCE_STREAM_URL: `ws://127.0.0.1:${this.port}`, BINANCE_URL: `http://127.0.0.1:${this.port}` };
  }

  tell(command: object) {
    this.child.stdin!.write(`${JSON.stringify(command)}\n`);
  }

  /** Says a price, again and again: a market is never silent for long. */
  quote(bid: string, ask: string) {
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      this.tell({ do: 'touch', symbol: 'BTCUSDT', bid, ask });
      this.tell({ do: 'trade', symbol: 'BTCUSDT', price: bid, qty: '0.5', buyer_is_maker: true });
    }, 200);
  }

  /** The connection breaks and no other is taken. */
  goAway() {
    clearInterval(this.timer);
    this.tell({ do: 'refuse', status: 503 });
    this.tell({ do: 'drop' });
  }

  comeBack(bid: string, ask: string) {
    this.tell({ do: 'refuse', status: 0 });
    this.quote(bid, ask);
  }

  stop() {
    clearInterval(this.timer);
    this.child.kill('SIGKILL');
  }
}
