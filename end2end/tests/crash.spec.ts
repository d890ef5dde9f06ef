import { decimal, negative, total } from '../lib/money.ts';
import { seeded } from '../lib/random.ts';
import { newAccount, type Order, Refused, Rest, type Ticket } from '../lib/rest.ts';
import { expect, test } from '../lib/test.ts';

test.use({ deskKind: 'own' });

const ROUNDS = 5;
const AT_ONCE = 6;
const ORDERS_MAX = 60;
const SYMBOLS = ['AAPL', 'F', 'KO'];

test('every acknowledged order, position and cent survives being killed', async ({ desk }) => {
  test.setTimeout(120_000);
  const rest = await new Rest(desk.url).register(newAccount());
  const random = seeded(20261122);
  const acknowledged = new Map<string, Order>();
  const sent = new Map<string, Ticket>();
  let unanswered = 0;

  for (let round = 1; round <= ROUNDS; round++) {
    await test.step(`round ${round}`, async () => {
      await placeUntilKilled(round);
      await desk.start();
      await expectNothingLost();
      await expectResendingToPlaceNothingTwice();
      await expectBooksToBalance();
    });
  }
  expect(acknowledged.size - unanswered, 'orders were acknowledged').toBeGreaterThan(ROUNDS);
  console.log(`crash: ${sent.size} orders over ${ROUNDS} kills; ${unanswered} had no answer and were sent again; all there once`);

  /** Several placers at once; the process dies while some of their orders are on the way. */
  async function placeUntilKilled(round: number) {
    const fatal = 4 + random(ORDERS_MAX - 10);
    let number = 0;
    let death: Promise<void> | undefined;
    const placer = async () => {
      while (number < ORDERS_MAX && !death) {
        const ticket = nextTicket(`r${round}-${number++}`);
        sent.set(ticket.client_order_id!, ticket);
        const answer = rest.place(ticket).then((order) => void acknowledged.set(order.id, order));
        if (number === fatal) death = desk.kill();
        // No answer at all is the point of this test; a refusal is not.
        await answer.catch((error) => { if (error instanceof Refused) throw error; });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, placer));
    await death;
  }

  function nextTicket(client_order_id: string): Ticket {
    const symbol = SYMBOLS[random(SYMBOLS.length)];
    const qty = String(1 + random(3));
    if (random(3) === 0) return { symbol, side: 'buy', type: 'limit', qty, limit_price: '1.00', time_in_force: 'gtc', client_order_id };
    return { symbol, side: 'buy', type: 'market', qty, client_order_id };
  }

  async function expectNothingLost() {
    const stored = new Map((await rest.orders()).map((order) => [order.id, order]));
    for (const order of acknowledged.values()) {
      const found = stored.get(order.id);
      expect(found, `order ${order.client_order_id}`).toMatchObject({
        client_order_id: order.client_order_id,
        status: order.status,
        qty: order.qty,
        filled_qty: order.filled_qty,
        filled_avg_price: order.filled_avg_price,
      });
    }
  }

  /** Whoever got no answer asks again with the same name, and gets the one order there is. */
  async function expectResendingToPlaceNothingTwice() {
    const known = new Set([...acknowledged.values()].map((order) => order.client_order_id));
    for (const [name, ticket] of sent) {
      if (!known.has(name)) {
        unanswered++;
        const order = await rest.place(ticket);
        acknowledged.set(order.id, order);
      }
    }
    const names = (await rest.orders()).map((order) => order.client_order_id);
    expect(names.length).toBe(new Set(names).size);
    expect(new Set(names)).toEqual(new Set(sent.keys()));
  }

  /** Cash, what is held and what is reserved follow from the fills alone. */
  async function expectBooksToBalance() {
    const orders = await Promise.all((await rest.orders()).map((order) => rest.order(order.id)));
    const fills = orders.flatMap((order) => (order.fills ?? []).map((fill) => ({ ...fill, symbol: order.symbol })));
    const cash = total([['100000'], ...fills.map((fill) => [fill.price, negative(fill.qty)])]);
    const reserved = orders.filter((order) => order.status === 'new').map((order) => [order.limit_price!, negative(order.qty)]);
    const portfolio = await rest.portfolio();
    expect(decimal(portfolio.cash)).toBe(cash);
    expect(decimal(portfolio.buying_power)).toBe(total([[cash], ...reserved]));
    const positions = await rest.positions();
    for (const symbol of SYMBOLS) {
      const qty = total(fills.filter((fill) => fill.symbol === symbol).map((fill) => [fill.qty]));
      expect(decimal(positions.find((position) => position.symbol === symbol)?.qty ?? '0'), symbol).toBe(qty);
    }
  }
});
