// Instruments of nobody's, so that a desk lists more than the program does by itself.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const HEAD = 'symbol,name,asset_type,exchange,sector,price,ann_vol,beta,median_volume,tick,lot';
const SECTORS = ['Energy', 'Financials', 'Health Care', 'Industrials', 'Materials', 'Technology', 'Utilities'];

/** Writes `count` of them into `folder` and says what has a desk list them. @param {string} folder @param {number} count */
export function listFurther(folder, count) {
  const file = path.join(folder, 'instruments.csv');
  writeFileSync(file, `${HEAD}\n${Array.from({ length: count }, (_, nth) => `${line(nth)}\n`).join('')}`);
  return { SPEEDTRADE_INSTRUMENTS: file };
}

/** Symbols from all over the alphabet, prices from 1 to 100 dollars. @param {number} nth */
function line(nth) {
  const letter = String.fromCharCode(65 + (nth % 26));
  const price = (1 + ((nth * 37) % 9_900) / 100).toFixed(2);
  const name = `${SECTORS[(nth * 3) % SECTORS.length]} Company of Test ${nth}`;
  return `${letter}T-${nth},${name},stock,NYSE,${SECTORS[nth % SECTORS.length]},${price},0.3,1,${100_000 + nth * 100},0.01,0.000001`;
}
