// Runs `make demo-live`: fake venues, a desk that knows their addresses, the demo's accounts connected to them, and their
// prices kept where the desk's are. Ends everything it started with itself.
'use strict';
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

const [fakeVenue, speedtrade, port, dataDir] = process.argv.slice(2);
const desk = `http://127.0.0.1:${port}`;
const children = [];

function start(command, args, options) {
  const child = spawn(command, args, options);
  children.push(child);
  child.on('exit', (code) => end(code ?? 1));
  return child;
}

function end(code) {
  for (const child of children) child.kill();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(0));

// Its address and its key.
function startVenue(protocol) {
  const child = start(fakeVenue, [protocol], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'listening') resolve({ protocol, child, ...event });
    });
  });
}

async function call(method, path, token, body) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${desk}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

// The password is new at each start, and printed.
function startDesk(venues) {
  const at = (protocol) => venues.find((venue) => venue.protocol === protocol);
  const env = {
    ...process.env,
    RATE_LIMIT: '0',
    ALPACA_PAPER_URL: `http://127.0.0.1:${at('alpaca').port}`,
    ALPACA_TRADING_STREAM_URL: `ws://127.0.0.1:${at('alpaca').port}/stream`,
    BINANCE_API_URL: `http://127.0.0.1:${at('binance').port}`,
    BINANCE_WS_API_URL: `ws://127.0.0.1:${at('binance').port}/ws-api/v3`,
  };
  const child = start(speedtrade, ['serve', '--demo', '--port', port, '--data-dir', dataDir], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => {
    let password;
    createInterface({ input: child.stdout }).on('line', (line) => {
      console.log(line);
      password ??= line.match(/Demo\s+\S+\s+(\S+)/)?.[1];
      if (password) resolve(password);
    });
  });
}

async function connect(venue, token, password) {
  const known = await call('GET', '/api/v1/accounts', token);
  if (known.some((account) => account.account_type === venue.protocol)) return;
  await call('POST', '/api/v1/accounts', token, {
    account_type: venue.protocol,
    api_key: venue.key,
    api_secret: venue.secret,
    is_paper: true,
    label: `Demo at ${venue.protocol}`,
    password,
  });
}

const SYMBOLS = { alpaca: ['AAPL', 'MSFT', 'SPY', 'BTC/USD', 'ETH/USD', 'SOL/USD', 'DOGE/USD'], binance: ['BTC/USD', 'ETH/USD', 'SOL/USD', 'DOGE/USD'] };

async function follow(venues) {
  for (const venue of venues) {
    for (const symbol of SYMBOLS[venue.protocol]) {
      const quote = await call('GET', `/api/v1/market/quote/${symbol.replace('/', '-')}`);
      const name = venue.protocol === 'binance' ? symbol.replace('/USD', 'USDT') : symbol;
      venue.child.stdin.write(`${JSON.stringify({ do: 'price', symbol: name, bid: quote.bid, ask: quote.ask })}\n`);
    }
  }
}

async function main() {
  const venues = [await startVenue('alpaca'), await startVenue('binance')];
  const password = await startDesk(venues);
  const { access_token: token } = await call('POST', '/api/v1/auth/login', null, { email: 'demo@speedtrade.local', password });
  await follow(venues);
  for (const venue of venues) await connect(venue, token, password);
  console.log('\n  Two venues run beside the desk, and the demo has an account at each: choose one under Accounts.');
  console.log('  What you order there goes through the outbox to a venue in a process of its own. No real money moves.\n');
  setInterval(() => follow(venues).catch((error) => console.error(error.message)), 1_000);
}

main().catch((error) => {
  console.error(error.message);
  end(1);
});
