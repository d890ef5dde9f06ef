// Serves vendors' OpenAPI documents, each by a Prism in a process of its own, writes down what they declare, and runs a
// command that is told where (SPEEDTRADE_SPECS). Ends everything it started with itself.
//
// Usage: main.js PRISM_FOLDER DOCUMENTS_FOLDER COMMAND...
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');

const DOCUMENTS = {
  'alpaca-trading': 'alpaca/trading-api.json',
  'alpaca-data': 'alpaca/market-data-api.json',
  binance: 'binance/binance-spot-full-2024-10-08.yaml',
  massive: 'polygon/massive-openapi-2026-04-27.json',
};
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const [tools, folder, ...command] = process.argv.slice(2);
const { parse } = createRequire(path.join(tools, 'package.json'))('@stoplight/yaml');
const written = fs.mkdtempSync(path.join(os.tmpdir(), 'speedtrade-specs-'));
const children = [];

function start(program, args, options) {
  const child = spawn(program, args, options);
  children.push(child);
  child.on('error', (error) => {
    console.error(`${program}: ${error.message}`);
    end(1);
  });
  child.on('exit', (code) => end(code ?? 1));
  return child;
}

function end(code) {
  for (const child of children) child.kill();
  fs.rmSync(written, { recursive: true, force: true });
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(1));

// Prism takes a free port and says which. `--errors`: what a document does not allow is an error.
function serve(file) {
  const prism = path.join(tools, 'node_modules/.bin/prism');
  const child = start(prism, ['mock', '--errors', '-h', '127.0.0.1', '-p', '0', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => {
    // Read on for good: it says a word about each request.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = line.match(/listening on (http:\S+)/);
      if (told) resolve(told[1]);
    });
  });
}

// By request, like "GET /v2/orders/{}", the words that its query and its body may have. Prism itself lets any word pass.
function declared(document) {
  const follow = (part) => {
    if (!part?.$ref) return part ?? {};
    const steps = part.$ref.slice(2).split('/').map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
    return follow(steps.reduce((inside, step) => inside[step], document));
  };
  const words = (part, before, depth) => {
    const schema = follow(part);
    if (depth === 0) return [];
    const own = Object.entries(schema.properties ?? {});
    const alike = [schema.allOf, schema.oneOf, schema.anyOf, schema.items].flat().filter(Boolean);
    return [
      ...own.flatMap(([name, inner]) => [before + name, ...words(inner, `${before}${name}.`, depth - 1)]),
      ...alike.flatMap((inner) => words(inner, before, depth - 1)),
    ];
  };
  const requests = {};
  for (const [template, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(follow);
      const query = parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
      const bodies = Object.values(follow(item[method].requestBody).content ?? {});
      // Templates that differ by the names of their blanks alone are one request.
      const request = `${method.toUpperCase()} ${template.replace(/\{[^}]*\}/g, '{}')}`;
      requests[request] = [...(requests[request] ?? []), ...query, ...bodies.flatMap((body) => words(body.schema, '', 5))];
    }
  }
  return requests;
}

async function main() {
  const told = Object.entries(DOCUMENTS).map(async ([name, file]) => {
    const document = path.join(folder, file);
    const requests = declared(parse(fs.readFileSync(document, 'utf8')));
    return [name, { url: await serve(document), requests }];
  });
  const specs = path.join(written, 'specs.json');
  fs.writeFileSync(specs, JSON.stringify(Object.fromEntries(await Promise.all(told))));
  start(command[0], command.slice(1), { stdio: 'inherit', env: { ...process.env, SPEEDTRADE_SPECS: specs } });
}

main().catch((error) => {
  console.error(error.message);
  end(1);
});
