// Starts the built server on a free port with a data folder of its own, and
// always takes both away again.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');

const ROOT = path.resolve(__dirname, '../..');
const BINARY = path.join(ROOT, 'target/release/speedtrade');
const READY_WITHIN_MS = 15_000;
const STOP_WITHIN_MS = 3_000;
const BODY_LIMIT = 32 * 1024 * 1024;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// The uncompressed body: no accept-encoding is sent.
const get = (url) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { accept: '*/*' } }, (response) => {
      const chunks = [];
      let length = 0;
      response.on('data', (chunk) => {
        length += chunk.length;
        if (length > BODY_LIMIT) request.destroy(new Error(`${url} is endless`));
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.setTimeout(10_000, () => request.destroy(new Error(`${url} does not answer`)));
    request.on('error', reject);
  });

async function untilReady(base, server) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended at once (code ${server.exitCode})`);
    const status = await get(`${base}/readyz`).then((a) => a.status, () => 0);
    if (status === 200) return;
    await sleep(100);
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS / 1000} s`);
}

async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const kill = setTimeout(() => server.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(kill);
}

async function withServer(use) {
  if (!fs.existsSync(BINARY)) throw new Error('target/release/speedtrade is not there: build first');
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'speedtrade-size-'));
  const log = path.join(dataDir, 'server.log');
  const port = await freePort();
  const out = fs.openSync(log, 'w');
  const args = ['serve', '--demo', '--port', String(port), '--data-dir', path.join(dataDir, 'data')];
  const { DATABASE_URL, ...env } = process.env; // never the operator's database
  const server = spawn(BINARY, args, { cwd: ROOT, env, stdio: ['ignore', out, out] });
  const base = `http://127.0.0.1:${port}`;
  try {
    await untilReady(base, server);
    return await use(base);
  } catch (error) {
    const tail = fs.readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
    if (tail.trim()) console.error(tail);
    throw error;
  } finally {
    await stop(server);
    fs.closeSync(out);
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

module.exports = { withServer, get };
