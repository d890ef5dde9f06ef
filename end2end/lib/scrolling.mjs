// Scrolls as people do, by a wheel or by a finger, and reads from Chromium's trace what became of the frames.
const CATEGORIES = ['cc', 'benchmark', 'blink.user_timing', 'toplevel', 'devtools.timeline.frame', 'disabled-by-default-devtools.timeline.frame'];
const LONG_TASK_US = 50_000;
/** Pixels a second. */
const SPEED = 3_000;
const SWIPE = { from: 700, step: 90, moves: 6 };

/**
 * @typedef {object} Frames
 * @property {number} seconds how long the scroll took
 * @property {number} pixels how far the page went
 * @property {number} presented frames that reached the screen
 * @property {number} dropped frames that were due and did not
 * @property {number} late frames that reached the screen before what the page had changed for them
 * @property {number} missing frames of which a part had not been drawn
 * @property {number} longTasks tasks over 50 ms of the page's main thread
 * @property {number} longestMs the longest of its tasks
 * @property {number} busy the share of the time in which it worked
 */

/**
 * Down by `distance` pixels, as fast as a hand does it.
 * @param {import('@playwright/test').Page} page @param {number} distance
 */
export async function scrollDown(page, distance) {
  const session = await page.context().newCDPSession(page);
  const isTouch = await page.evaluate(() => navigator.maxTouchPoints > 0);
  if (isTouch) await swipe(session, page, distance);
  else await session.send('Input.synthesizeScrollGesture', { x: 400, y: 500, yDistance: -distance, speed: SPEED, preventFling: true, gestureSourceType: 'mouse' });
  await session.detach();
}

/** One swipe after the other; each move is answered once it is taken, so they keep the pace of the frames. @param {import('@playwright/test').CDPSession} session @param {import('@playwright/test').Page} page @param {number} distance */
async function swipe(session, page, distance) {
  const goal = distance + (await page.evaluate(() => scrollY));
  // A page that does not move is no reason to swipe for ever.
  let swipes = (3 * distance) / (SWIPE.step * SWIPE.moves);
  const touch = (/** @type {'touchStart' | 'touchMove' | 'touchEnd'} */ type, /** @type {number[]} */ ...ys) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: ys.map((y) => ({ x: 195, y })) });
  while (swipes-- > 0 && (await page.evaluate(() => scrollY)) < goal) {
    await touch('touchStart', SWIPE.from);
    for (let move = 1; move <= SWIPE.moves; move++) await touch('touchMove', SWIPE.from - SWIPE.step * move);
    await touch('touchEnd');
  }
}

/**
 * The frames while `run` ran.
 * @param {import('@playwright/test').Page} page @param {() => Promise<void>} run
 * @returns {Promise<Frames>}
 */
export async function traced(page, run) {
  const browser = /** @type {import('@playwright/test').Browser} */ (page.context().browser());
  await browser.startTracing(page, { categories: CATEGORIES });
  const place = (/** @type {string} */ mark) => page.evaluate((mark) => (performance.mark(mark), scrollY), mark);
  const from = await place('scroll-begin');
  await run();
  const pixels = (await place('scroll-end')) - from;
  return { pixels, ...read(JSON.parse((await browser.stopTracing()).toString()).traceEvents) };
}

/** A frame may be reported twice, for what the compositor and for what the page had of it. @param {any[]} events @returns {Omit<Frames, 'pixels'>} */
function read(events) {
  const mark = (/** @type {string} */ name) => events.find((event) => event.name === name && event.cat.includes('blink.user_timing'));
  const [begin, end] = [mark('scroll-begin'), mark('scroll-end')];
  const isOurs = (/** @type {any} */ event) => event.pid === begin.pid && event.ts >= begin.ts && event.ts <= end.ts;
  const reports = events.filter((event) => event.name === 'PipelineReporter' && event.ph === 'b' && isOurs(event)).map((event) => event.args.frame_reporter);
  const frames = (/** @type {(report: any) => boolean} */ is) => new Set(reports.filter(is).map((report) => report.frame_sequence));
  const presented = frames((report) => report.state.startsWith('STATE_PRESENTED'));
  const dropped = frames((report) => report.state === 'STATE_DROPPED' && report.affects_smoothness);
  const tasks = events.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && event.ph === 'X' && event.tid === begin.tid && isOurs(event));
  const spans = tasks.map((task) => task.dur ?? 0);
  const seconds = (end.ts - begin.ts) / 1e6;
  return {
    seconds,
    presented: presented.size,
    dropped: [...dropped].filter((frame) => !presented.has(frame)).length,
    late: frames((report) => report.state === 'STATE_PRESENTED_PARTIAL' && report.affects_smoothness).size,
    missing: frames((report) => report.has_missing_content).size,
    longTasks: spans.filter((span) => span > LONG_TASK_US).length,
    longestMs: Math.max(0, ...spans) / 1e3,
    busy: spans.reduce((sum, span) => sum + span, 0) / 1e6 / seconds,
  };
}
