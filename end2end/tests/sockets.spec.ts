import { decimal } from '../lib/money.ts';
import { newAccount, Rest } from '../lib/rest.ts';
import { type Frame, Socket } from '../lib/socket.ts';
import { expect, test } from '../lib/test.ts';

const CLIENTS = 200;
const SYMBOLS = 50;
const FIRST_WITHIN_MS = 3_000;
const WINDOW_MS = 2_000;
const WINDOWS = 5;

test('200 sockets with 50 symbols each get every price at once and stay live', async ({ desk }) => {
  const { stocks, crypto } = await new Rest(desk.url).under100('limit=100');
  const symbols = [...crypto, ...stocks].slice(0, SYMBOLS).map((quote) => quote.symbol);
  expect(symbols.length).toBe(SYMBOLS);

  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => Socket.open(desk.url, desk.url)));
  try {
    for (const socket of sockets) socket.send('subscribe', { symbols });
    await expect.poll(() => sockets.filter((socket) => new Set(pricesOf(socket)).size < SYMBOLS).length, { timeout: FIRST_WITHIN_MS, intervals: [100] }).toBe(0);

    for (let window = 1; window <= WINDOWS; window++) {
      for (const socket of sockets) socket.frames.length = 0;
      const until = Date.now() + WINDOW_MS;
      await expect.poll(() => Date.now(), { timeout: WINDOW_MS + 2_000, intervals: [50] }).toBeGreaterThan(until);
      const silent = sockets.filter((socket) => pricesOf(socket).length === 0);
      expect(silent.length, `clients without a price in window ${window}`).toBe(0);
    }
    expect(sockets.map((socket) => socket.lost).filter(Boolean)).toEqual([]);
  } finally {
    for (const socket of sockets) socket.close();
  }
});

test('a program trades with a token: it registers, follows its orders, places one and resumes', async ({ desk }) => {
  const rest = await new Rest(desk.url).register(newAccount());
  const socket = await signedIn(desk.url, rest.token);
  socket.send('subscribe_orders');
  await socket.next(is('orders_subscribed'));
  const { data: price } = await priceOf(socket, 'AAPL');
  expect(price.price).toMatch(/^\d+\.\d{2,}$/);

  const placed = await rest.place({ symbol: 'AAPL', side: 'buy', type: 'market', qty: '10', client_order_id: 'first' });
  const order = await socket.next((frame) => frame.event === 'order_update' && frame.data.order_id === placed.id && frame.data.status === 'filled');
  const position = await socket.next((frame) => frame.event === 'position_update' && frame.data.symbol === 'AAPL');
  expect(order.data).toMatchObject({ client_order_id: 'first', filled_qty: '10' });
  expect(position.data).toMatchObject({ qty: '10' });

  const [held] = await rest.positions();
  const portfolio = await rest.portfolio();
  expect(decimal(position.data.avg_entry_price)).toBe(decimal(held.avg_entry_price!));
  expect(decimal(position.data.cash)).toBe(decimal(portfolio.cash));
  expect(decimal(position.data.buying_power)).toBe(decimal(portfolio.buying_power));

  await test.step('what was missed comes after the number that was seen, once and in order', async () => {
    const seen = Math.max(...socket.frames.filter((frame) => 'seq' in frame.data).map((frame) => frame.data.seq as number));
    socket.close();
    const resting = await rest.place({ symbol: 'AAPL', side: 'buy', type: 'limit', qty: '1', limit_price: '9.00', time_in_force: 'gtc' });
    await rest.cancel(resting.id);
    const again = await signedIn(desk.url, rest.token);
    again.send('subscribe_orders', { after_seq: seen });
    await again.next((frame) => frame.event === 'order_update' && frame.data.status === 'canceled');
    const updates = again.frames.filter((frame) => frame.event === 'order_update');
    expect(updates.map((frame) => [frame.data.order_id, frame.data.status])).toEqual([
      [resting.id, 'new'],
      [resting.id, 'canceled'],
    ]);
    const numbers = updates.map((frame) => frame.data.seq as number);
    expect(numbers.every((seq) => seq > seen)).toBe(true);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    again.close();
  });
});

test('orders are not told to strangers, and foreign pages get no socket', async ({ desk }) => {
  const socket = await Socket.open(desk.url);
  socket.send('subscribe_orders');
  expect((await socket.next(is('error'))).data.code).toBe('not_signed_in');
  socket.send('auth', { token: 'not.a.token' });
  await expect.poll(() => socket.frames.filter(is('error')).length).toBe(2);
  socket.close();
  await expect(Socket.open(desk.url, 'https://evil.example')).rejects.toThrow('403');
});

const is = (event: string) => (frame: Frame) => frame.event === event;

function pricesOf(socket: Socket): string[] {
  return socket.frames.filter(is('price_update')).map((frame) => frame.data.symbol as string);
}

async function signedIn(url: string, token: string): Promise<Socket> {
  const socket = await Socket.open(url);
  socket.send('auth', { token });
  await socket.next(is('authenticated'));
  return socket;
}

function priceOf(socket: Socket, symbol: string): Promise<Frame> {
  socket.send('subscribe', { symbols: [symbol] });
  return socket.next((frame) => frame.event === 'price_update' && frame.data.symbol === symbol);
}
