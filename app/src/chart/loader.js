// The thin JavaScript side of the price chart: fetches lightweight-charts on the first chart of a page
// and turns flat numbers into its series. Everything else is in Rust, see js.rs.

const LIBRARY = "/vendor/lightweight-charts/5.2.1/lightweight-charts.standalone.production.mjs";

// One bar is six numbers: seconds, open, high, low, close, volume.
const WIDTH = 6;

// How many pixels a bar has at first: wide enough to be told from its neighbor.
const BAR_PX = 7;

/** Resolves to a PriceChart drawn into `box`. `onHover` gets the bar's seconds under the crosshair, or -1. */
export async function mount(box, precision, minMove, onHover) {
  const library = await import(LIBRARY);
  // A task of its own: a tap in between is answered. Its bars are set in the same one, so that it is drawn once.
  await new Promise((resolve) => setTimeout(resolve));
  return new PriceChart(library, box, precision, minMove, onHover);
}

export class PriceChart {
  constructor(library, box, precision, minMove, onHover) {
    this.box = box;
    this.chart = library.createChart(box, {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: getComputedStyle(box).fontFamily },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 3, tickMarkFormatter: tickMark },
      crosshair: { mode: library.CrosshairMode.Normal },
    });
    const priceFormat = { type: "price", precision, minMove };
    this.candles = this.chart.addSeries(library.CandlestickSeries, { priceFormat, borderVisible: false });
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
  }

  setBars(flat) {
    this.flat = Array.from(flat);
    this.draw();
    const bars = this.flat.length / WIDTH;
    const shown = Math.max(30, Math.floor(this.box.clientWidth / BAR_PX));
    this.chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, bars - shown), to: bars + 3 });
  }

  update(flat) {
    const last = this.flat.length - WIDTH;
    // The library refuses what is older than its last bar.
    if (last >= 0 && flat[0] < this.flat[last]) {
      return;
    }
    this.flat.splice(last >= 0 && flat[0] === this.flat[last] ? last : this.flat.length, WIDTH, ...flat);
    this.candles.update(candle(flat, 0));
    this.volumes.update(this.volume(flat, 0));
  }

  remove() {
    this.themes?.disconnect();
    this.scheme?.removeEventListener("change", this.paint);
    this.chart.remove();
  }

  draw() {
    const candles = [];
    const volumes = [];
    for (let at = 0; at < this.flat.length; at += WIDTH) {
      candles.push(candle(this.flat, at));
      volumes.push(this.volume(this.flat, at));
    }
    this.candles.setData(candles);
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
    this.candles.applyOptions({ upColor, downColor, wickUpColor: upColor, wickDownColor: downColor });
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
