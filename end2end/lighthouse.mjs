// Lighthouse on a phone, three times per page; the median counts.
//   npm run lighthouse [-- /path ...]
import { chromium } from '@playwright/test';
import lighthouse from 'lighthouse';
import { Desk, freePort } from './lib/desk.mjs';

const RUNS = 3;
const WANTED = { performance: 90, accessibility: 100 };
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const METRICS = { FCP: 'first-contentful-paint', LCP: 'largest-contentful-paint', TBT: 'total-blocking-time', CLS: 'cumulative-layout-shift', bytes: 'total-byte-weight' };

const paths = process.argv.slice(2);
const desk = await Desk.start();
let isGood = true;
try {
  for (const path of paths.length > 0 ? paths : ['/', '/trade/AAPL']) isGood = (await measure(path)) && isGood;
} finally {
  await desk.stop();
}
process.exitCode = isGood ? 0 : 1;

/** @param {string} path */
async function measure(path) {
  /** @type {any[]} */
  const results = [];
  for (let run = 0; run < RUNS; run++) results.push(await once(`${desk.url}${path}`));
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, median(results.map((lhr) => Math.round((lhr.categories[name].score ?? 0) * 100)))]));
  const values = Object.entries(METRICS).map(([word, id]) => `${word} ${format(word, median(results.map((lhr) => lhr.audits[id].numericValue ?? 0)))}`);
  console.log(`${path.padEnd(14)} ${CATEGORIES.map((name) => `${name} ${scores[name]}`).join('  ')}\n${' '.repeat(15)}${values.join('  ')}`);
  const failed = Object.values(results[0].audits).filter((/** @type {any} */ audit) => audit.score !== null && audit.score < 1 && isCounted(results[0], audit.id));
  for (const audit of failed) console.log(`${' '.repeat(15)}- ${audit.id}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ''}`);
  return Object.entries(WANTED).every(([name, least]) => scores[name] >= least);
}

/** Weighs in any score: everything but hints. @param {any} lhr @param {string} id */
function isCounted(lhr, id) {
  return CATEGORIES.some((name) => lhr.categories[name].auditRefs.some((/** @type {any} */ ref) => ref.id === id && ref.weight > 0));
}

/** @param {string} url */
async function once(url) {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', `--remote-debugging-port=${port}`],
  });
  try {
    const result = await lighthouse(url, { port, output: 'json', onlyCategories: CATEGORIES, logLevel: 'error' });
    if (!result) throw new Error('Lighthouse gave no result');
    return result.lhr;
  } finally {
    await browser.close();
  }
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @param {string} word @param {number} value */
function format(word, value) {
  if (word === 'CLS') return value.toFixed(3);
  return word === 'bytes' ? `${(value / 1024).toFixed(0)} KiB` : `${value.toFixed(0)} ms`;
}
