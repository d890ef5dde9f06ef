// The part of `ws` that is used here; it ships no types.
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  export default class WebSocket extends EventEmitter {
    constructor(url: string, options?: { origin?: string; headers?: Record<string, string> });
    send(text: string): void;
    close(): void;
    terminate(): void;
  }
}
