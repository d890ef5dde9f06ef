// A venue in a process of its own (server/tests/venues): takes orders, and fails when it is told to.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BINARY = path.join(ROOT, 'target/debug/fake-venue');

interface Listening {
  event: string;
  port: number;
  key: string;
  secret: string;
}

export interface VenueOrder {
  client_id: string;
  status: string;
}

export class FakeAlpaca {
  private constructor(
    private readonly child: ChildProcess,
    readonly at: Listening,
  ) {}

  static async start(): Promise<FakeAlpaca> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: scripts/check-venues builds it`);
    const child = spawn(BINARY, ['alpaca'], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const at = await new Promise<Listening>((resolve, reject) => {
      child.on('exit', () => reject(new Error('the fake ended')));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const event = JSON.parse(line) as Listening;
        if (event.event === 'listening') resolve(event);
      });
    });
    return new FakeAlpaca(child, at);
  }

  /** Both of Alpaca's places are here: nothing leaves this machine. */
  env(): Record<string, string> {
    const rest = `http://127.0.0.1:${this.at.port}`;
    return { ALPACA_PAPER_URL: rest, ALPACA_TRADING_URL: rest, ALPACA_TRADING_STREAM_URL: `ws://127.0.0.1:${this.at.port}/stream` };
  }

  async tell(command: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.at.port}/_control`, { method: 'POST', body: JSON.stringify(command) });
    return (await answer.json()) as Record<string, unknown>;
  }

  async orders(): Promise<VenueOrder[]> {
    return (await this.tell({ do: 'report' })).orders as VenueOrder[];
  }

  stop() {
    this.child.kill();
  }
}
