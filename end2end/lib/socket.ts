// A program's end of /ws.
import WebSocket from 'ws';

export interface Frame {
  event: string;
  // Each event has its own shape; specs name the fields they read.
  data: Record<string, any>;
}

export class Socket {
  readonly frames: Frame[] = [];
  /** Why the connection ended, while nobody asked it to. */
  lost: string | undefined;
  private readonly waiting = new Set<() => void>();
  private isClosing = false;

  /** Browsers send `Origin`; programs do not. */
  static async open(url: string, origin?: string): Promise<Socket> {
    const socket = new Socket(new WebSocket(`${url.replace('http', 'ws')}/ws`, origin ? { origin } : {}));
    await socket.opened;
    return socket;
  }

  private readonly opened: Promise<void>;

  private constructor(private readonly ws: WebSocket) {
    this.opened = new Promise((resolve, reject) => {
      ws.once('open', () => resolve());
      ws.once('error', reject);
    });
    ws.on('message', (bytes: Buffer) => this.receive(JSON.parse(bytes.toString()) as Frame));
    ws.on('close', (code: number, reason: Buffer) => {
      if (!this.isClosing) this.lost = `${code} ${reason.toString()}`;
      this.wake();
    });
    ws.on('error', () => {});
  }

  send(event: string, data: object = {}) {
    this.ws.send(JSON.stringify({ event, data }));
  }

  /** The first frame, from the beginning, that matches. */
  async next(matches: (frame: Frame) => boolean, within = 5_000): Promise<Frame> {
    const deadline = Date.now() + within;
    for (;;) {
      const found = this.frames.find(matches);
      if (found) return found;
      if (this.lost) throw new Error(`the socket was closed: ${this.lost}`);
      await this.change(deadline);
    }
  }

  close() {
    this.isClosing = true;
    this.ws.terminate();
  }

  private receive(frame: Frame) {
    this.frames.push(frame);
    this.wake();
  }

  private wake() {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private change(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const seen = [...new Set(this.frames.map((frame) => frame.event))].join(', ');
        reject(new Error(`the frame did not come; seen: ${seen || 'nothing'}`));
      }, Math.max(0, deadline - Date.now()));
      this.waiting.add(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }
}
