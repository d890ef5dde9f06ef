// The thin JavaScript side of the price chart: fetches lightweight-charts on the first chart of a page
// and turns flat numbers into its series. Everything else is in Rust, see js.rs.

const LIBRARY = "/vendor/lightweight-charts/5.2.1/lightweight-charts.standalone.production.mjs";

// One bar is six numbers: seconds, open, high, low, close, volume.
const WIDTH = 6;

// How many pixels a bar has at first: wide enough to be told from its neighbor.
const BAR_PX = 7;

// Fewer bars than this left of the view: older ones are asked for.
const NEAR_START = 20;

// Lines of indicators, in order; seen on both themes.
const COLORS = ["#2f7df6", "#e08700", "#a855f7", "#0f9f8f", "#e0488b", "#6b9a1f"];

/**
 * Resolves to a PriceChart drawn into `box`. `onHover` gets the bar's seconds under the crosshair, or -1; `onOlder` is
 * called when the view comes near the first bar.
 */
export async function mount(box, precision, minMove, onHover, onOlder) {
  const library = await import(LIBRARY);
  // A task of its own: a tap in between is answered. Its bars are set in the same one, so that it is drawn once.
  await new Promise((resolve) => setTimeout(resolve));
  return new PriceChart(library, box, precision, minMove, onHover, onOlder);
}

export class PriceChart {
  constructor(library, box, precision, minMove, onHover, onOlder) {
    this.library = library;
    this.box = box;
    this.chart = library.createChart(box, {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: getComputedStyle(box).fontFamily },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 3, tickMarkFormatter: tickMark },
      crosshair: { mode: library.CrosshairMode.Normal },
    });
    this.priceFormat = { type: "price", precision, minMove };
    this.curves = new Map();
    this.marks = [];
    this.kind = "candles";
    this.prices = this.addPrices();
    this.volumes = this.chart.addSeries(library.HistogramSeries, {
      priceFormat: { type: "volume" },
      priceScaleId: "volume",
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.chart.subscribeCrosshairMove((at) => onHover(typeof at.time === "number" ? at.time : -1));
    this.flat = [];
    this.watchTheme();
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && this.flat.length > 0 && range.from < NEAR_START) onOlder();
    });
  }

  // The same bars, also with older ones in front, leave the view where it is. Two tell them from those of another timeframe.
  setBars(flat) {
    const scale = this.chart.timeScale();
    let before = 0;
    while (before < flat.length && flat[before] < this.flat[0]) before += WIDTH;
    const isSame = this.flat.length > WIDTH && flat[before] === this.flat[0] && flat[before + WIDTH] === this.flat[WIDTH];
    const range = isSame ? scale.getVisibleLogicalRange() : null;
    this.flat = Array.from(flat);
    this.draw();
    const bars = this.flat.length / WIDTH;
    const shown = Math.max(30, Math.floor(this.box.clientWidth / BAR_PX));
    scale.setVisibleLogicalRange(
      range ? { from: range.from + before / WIDTH, to: range.to + before / WIDTH } : { from: Math.max(0, bars - shown), to: bars + 3 },
    );
  }

  /** `candles`, `bars`, `line` or `area`. */
  setKind(kind) {
    if (kind === this.kind) return;
    this.kind = kind;
    this.chart.removeSeries(this.prices);
    this.prices = this.addPrices();
    this.prices.setSeriesOrder?.(0);
    this.paint();
  }

  addPrices() {
    const { CandlestickSeries, BarSeries, LineSeries, AreaSeries } = this.library;
    const series = { candles: CandlestickSeries, bars: BarSeries, line: LineSeries, area: AreaSeries }[this.kind];
    const options = this.kind === "candles" ? { borderVisible: false } : this.kind === "bars" ? { thinBars: false } : { lineWidth: 2 };
    return this.chart.addSeries(series, { priceFormat: this.priceFormat, ...options });
  }

  price(flat, at) {
    const isWide = this.kind === "candles" || this.kind === "bars";
    return isWide ? candle(flat, at) : { time: flat[at], value: flat[at + 4] };
  }

  /** Takes all lines of indicators away, and the panes that they were in. */
  clearCurves() {
    for (const curve of this.curves.values()) this.chart.removeSeries(curve);
    this.curves.clear();
  }

  /** One value a bar, NaN for none. Pane 0 is the prices'. */
  setCurve(id, pane, color, isHistogram, values) {
    let curve = this.curves.get(id);
    if (!curve) {
      const kind = isHistogram ? this.library.HistogramSeries : this.library.LineSeries;
      const format = pane === 0 ? this.priceFormat : { type: "price", precision: 2, minMove: 0.01 };
      curve = this.chart.addSeries(
        kind,
        { color: COLORS[color % COLORS.length], lineWidth: 1, priceLineVisible: false, lastValueVisible: pane > 0, crosshairMarkerVisible: false, priceFormat: format },
        pane,
      );
      this.curves.set(id, curve);
      this.chart.panes().forEach((pane, nth) => pane.setStretchFactor(nth === 0 ? 3 : 1));
    }
    const points = [];
    for (let bar = 0; bar < values.length && bar * WIDTH < this.flat.length; bar += 1) points.push(point(this.flat[bar * WIDTH], values[bar]));
    curve.setData(points);
  }

  /** The value at the last bar, which may be new. */
  updateCurve(id, seconds, value) {
    const last = this.flat[this.flat.length - WIDTH];
    if (seconds >= last) this.curves.get(id)?.update(point(seconds, value));
  }

  /** A second symbol, `seconds close` a bar; both in percent of where the view begins. Empty: none. */
  setCompared(flat, title) {
    if (this.compared) this.chart.removeSeries(this.compared);
    this.compared = undefined;
    const isCompared = flat.length > 0;
    if (isCompared) {
      this.compared = this.chart.addSeries(this.library.LineSeries, { color: COLORS[1], lineWidth: 2, priceLineVisible: false, title });
      const points = [];
      for (let at = 0; at < flat.length; at += 2) points.push({ time: flat[at], value: flat[at + 1] });
      this.compared.setData(points);
    }
    const { Normal, Percentage } = this.library.PriceScaleMode;
    this.chart.priceScale("right").applyOptions({ mode: isCompared ? Percentage : Normal });
  }

  /** Levels of orders (0: buy, 1: sell), the position (2) and alerts (3). */
  setMarks(prices, kinds, titles) {
    this.levels = Array.from(prices, (price, nth) => ({ price, kind: kinds[nth], title: titles[nth] }));
    this.drawMarks();
  }

  drawMarks() {
    for (const { series, line } of this.marks) if (series === this.prices) series.removePriceLine(line);
    const colors = [this.up, this.down, COLORS[0], COLORS[1]];
    this.marks = (this.levels ?? []).map(({ price, kind, title }) => {
      const options = { price, title, color: colors[kind], lineWidth: 1, lineStyle: kind === 2 ? 0 : 2, axisLabelVisible: true };
      return { series: this.prices, line: this.prices.createPriceLine(options) };
    });
  }

  update(flat) {
    const last = this.flat.length - WIDTH;
    // The library refuses what is older than its last bar.
    if (last >= 0 && flat[0] < this.flat[last]) {
      return;
    }
    this.flat.splice(last >= 0 && flat[0] === this.flat[last] ? last : this.flat.length, WIDTH, ...flat);
    this.prices.update(this.price(flat, 0));
    this.volumes.update(this.volume(flat, 0));
  }

  remove() {
    this.themes?.disconnect();
    this.scheme?.removeEventListener("change", this.paint);
    this.chart.remove();
  }

  draw() {
    const prices = [];
    const volumes = [];
    for (let at = 0; at < this.flat.length; at += WIDTH) {
      prices.push(this.price(this.flat, at));
      volumes.push(this.volume(this.flat, at));
    }
    this.prices.setData(prices);
    this.volumes.setData(volumes);
  }

  volume(flat, at) {
    const color = flat[at + 4] >= flat[at + 1] ? this.upVolume : this.downVolume;
    return { time: flat[at], value: flat[at + 5], color };
  }

  watchTheme() {
    this.paint = () => {
      this.applyTheme();
      this.draw();
      this.drawMarks();
    };
    this.applyTheme();
    this.themes = new MutationObserver(this.paint);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-colors"] });
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.paint);
  }

  applyTheme() {
    const read = colorReader(this.box);
    const [up, down, line, text] = [read("--up"), read("--down"), read("--line"), read("--text-3")];
    const surface = read("--surface");
    this.upVolume = rgba(up, 0.35);
    this.downVolume = rgba(down, 0.35);
    this.chart.applyOptions({
      layout: { background: { type: "solid", color: rgba(surface, 1) }, textColor: rgba(text, 1) },
      grid: { vertLines: { color: rgba(line, 0.5) }, horzLines: { color: rgba(line, 0.5) } },
      rightPriceScale: { borderColor: rgba(line, 1) },
      timeScale: { borderColor: rgba(line, 1) },
    });
    const [upColor, downColor] = [rgba(up, 1), rgba(down, 1)];
    [this.up, this.down] = [upColor, downColor];
    const wide = { upColor, downColor, wickUpColor: upColor, wickDownColor: downColor };
    const one = { color: COLORS[0], lineColor: COLORS[0], topColor: "rgba(47, 125, 246, 0.3)", bottomColor: "rgba(47, 125, 246, 0.02)" };
    this.prices.applyOptions(this.kind === "candles" || this.kind === "bars" ? wide : one);
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// UTC like every time on the page. The library's own words ask the browser's calendar, which takes a while to wake.
// `type`: 0 year, 1 month, 2 day, 3 and 4 time.
function tickMark(seconds, type) {
  const time = new Date(seconds * 1000);
  if (type === 0) return String(time.getUTCFullYear());
  if (type === 1) return MONTHS[time.getUTCMonth()];
  if (type === 2) return String(time.getUTCDate());
  return time.toISOString().slice(11, 16);
}

function point(time, value) {
  return Number.isNaN(value) ? { time } : { time, value };
}

function candle(flat, at) {
  return { time: flat[at], open: flat[at + 1], high: flat[at + 2], low: flat[at + 3], close: flat[at + 4] };
}

// Custom properties may hold any CSS color (light-dark(), oklch()); the chart wants plain numbers.
// An element resolves the property, a pixel resolves the color.
function colorReader(box) {
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const probe = box.appendChild(document.createElement("span"));
  const resolved = (name) => {
    probe.style.color = `var(${name})`;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data;
  };
  queueMicrotask(() => probe.remove());
  return resolved;
}

function rgba([r, g, b], alpha) {
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}
