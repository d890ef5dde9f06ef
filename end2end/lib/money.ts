// Exact comparison of decimal texts. No number of a trader ever becomes a float here.

/** `$1,270.50` and `1270.5` are the same decimal: without sign marks, separators and trailing zeros. */
export function decimal(text: string): string {
  const plain = text.replace(/[$,\s+]/g, '').replace(/[−–]/g, '-');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) throw new Error(`"${text}" is not a decimal`);
  const [whole, fraction = ''] = plain.split('.');
  const kept = fraction.replace(/0+$/, '');
  return kept ? `${whole}.${kept}` : whole;
}

/** Whole cents, half away from zero. */
export function cents(text: string): bigint {
  return rounded(scaled(text, SCALE), SCALE - 2);
}

const SCALE = 18;

/** As an integer of 10^-scale units. */
function scaled(text: string, scale: number): bigint {
  const plain = decimal(text);
  const [whole, fraction = ''] = plain.replace('-', '').split('.');
  if (fraction.length > scale) throw new Error(`"${text}" has too many decimals`);
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return plain.startsWith('-') ? -units : units;
}

function rounded(units: bigint, places: number): bigint {
  const step = 10n ** BigInt(places);
  const half = units < 0n ? -step / 2n : step / 2n;
  return (units + half) / step;
}

/** The exact sum of products, as a decimal text: for adding up fills. */
export function total(terms: readonly (readonly string[])[]): string {
  const one = 10n ** BigInt(SCALE);
  const product = (factors: readonly string[]) => factors.map((f) => scaled(f, SCALE)).reduce((a, b) => (a * b) / one);
  return unscaled(terms.map(product).reduce((a, b) => a + b, 0n));
}

export function negative(text: string): string {
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

function unscaled(units: bigint): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  return decimal(`${sign}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`);
}
