// The public interface as a program uses it: fetch and a bearer token, no cookies.

export interface Order {
  id: string;
  client_order_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  type: string;
  qty: string;
  notional: string | null;
  filled_qty: string;
  filled_avg_price: string | null;
  limit_price: string | null;
  status: string;
  fills?: { qty: string; price: string; value: string }[];
}

export interface Position {
  symbol: string;
  qty: string;
  avg_entry_price: string | null;
  market_value: string;
}

export interface Portfolio {
  cash: string;
  buying_power: string;
  equity: string;
}

export interface Ticket {
  symbol: string;
  side: 'buy' | 'sell';
  type: 'market' | 'limit' | 'stop';
  qty: string;
  limit_price?: string;
  time_in_force?: 'day' | 'gtc';
  client_order_id?: string;
}

export interface Quote {
  symbol: string;
  price: string;
  asset_type: 'stock' | 'crypto';
  source: string;
}

export interface Account {
  email: string;
  username: string;
  password: string;
}

export const PASSWORD = 'Corr3ct-horse!';
let made = 0;

/** Names nobody has yet. */
export function newAccount(): Account {
  const username = `t${Date.now().toString(36)}${(made++).toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  return { email: `${username}@example.com`, username, password: PASSWORD };
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: { code?: string; detail?: string; errors?: { field: string; message: string }[] },
  ) {
    super(`${status} ${JSON.stringify(problem)}`);
  }
}

export class Rest {
  constructor(
    readonly url: string,
    readonly token = '',
  ) {}

  async register(account: Account): Promise<Rest> {
    return this.signedIn(await this.ask('POST', '/auth/register', account));
  }

  async login(account: { email: string; password: string }): Promise<Rest> {
    return this.signedIn(await this.ask('POST', '/auth/login', { email: account.email, password: account.password }));
  }

  place(ticket: Ticket): Promise<Order> {
    return this.ask('POST', '/orders', ticket) as Promise<Order>;
  }

  cancel(id: string): Promise<unknown> {
    return this.ask('DELETE', `/orders/${id}`);
  }

  order(id: string): Promise<Order> {
    return this.ask('GET', `/orders/${id}`) as Promise<Order>;
  }

  async orders(status = 'all'): Promise<Order[]> {
    const all: Order[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page = (await this.ask('GET', `/orders?status=${status}&limit=500${query}`)) as { items: Order[]; next_cursor: string | null };
      all.push(...page.items);
      cursor = page.next_cursor;
    }
    return all;
  }

  positions(): Promise<Position[]> {
    return this.ask('GET', '/positions') as Promise<Position[]>;
  }

  portfolio(): Promise<Portfolio> {
    return this.ask('GET', '/portfolio') as Promise<Portfolio>;
  }

  quote(symbol: string): Promise<Quote> {
    return this.ask('GET', `/market/quote/${symbol}`) as Promise<Quote>;
  }

  under100(query = ''): Promise<{ stocks: Quote[]; crypto: Quote[] }> {
    return this.ask('GET', `/market/under-100?${query}`) as Promise<{ stocks: Quote[]; crypto: Quote[] }>;
  }

  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    const json = text && /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : { detail: text };
    if (!answer.ok) throw new Refused(answer.status, json);
    return json;
  }

  private signedIn(session: unknown): Rest {
    return new Rest(this.url, (session as { access_token: string }).access_token);
  }
}
