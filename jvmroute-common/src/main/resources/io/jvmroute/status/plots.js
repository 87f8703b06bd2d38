// Small plots of one time axis, drawn anew every second.
import { byId, svg } from './dom.js';
import { WINDOW } from './history.js';
import { STATES, VERDICTS, rate, whole } from './words.js';

const GUTTER = 60;
const AXIS = 18;
const TICK = 30_000;
const LANE = 22;
const LETTER = 12;
const GAP = 500;
const HOUR_MINUTE = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** An empty plot as wide as its place, and how its times become pixels. */
function plot(id, height, now) {
  const element = byId(id);
  const width = Math.max(240, Math.round(element.getBoundingClientRect().width));
  element.setAttribute('viewBox', `0 0 ${width} ${height}`);
  element.setAttribute('height', height);
  const x = at => GUTTER + ((Math.max(at, now - WINDOW) - now + WINDOW) / WINDOW) * (width - GUTTER - 2);
  return { element, width, height, x, now };
}

function timeAxis({ x, now, height, width }) {
  const parts = [];
  for (let at = Math.ceil((now - WINDOW) / TICK) * TICK; at <= now; at += TICK) {
    const isMinute = at % 60_000 === 0;
    parts.push(svg('line', { class: isMinute ? 'minute' : 'half', x1: x(at), x2: x(at), y1: 0, y2: height - AXIS }));
    if (isMinute && x(at) > GUTTER + 16 && x(at) < width - 18) {
      parts.push(svg('text', { x: x(at), y: height - 4, 'text-anchor': 'middle' }, HOUR_MINUTE.format(at)));
    }
  }
  parts.push(svg('text', { x: width - 2, y: height - 4, 'text-anchor': 'end' }, 'now'));
  return svg('g', { class: 'axis' }, ...parts.filter(part => !overlapsNow(part, width)));
}

function overlapsNow(part, width) {
  return part.getAttribute('text-anchor') === 'middle' && Number(part.getAttribute('x')) > width - 52;
}

/** The next round number whose half is round too. */
function nice(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.6, 2, 3, 4, 6, 8, 10].map(step => step * power).find(top => top >= most);
}

function valueAxis({ width, height }, top) {
  const y = value => height - AXIS - (value / top) * (height - AXIS - 10);
  const lines = [0, top / 2, top].flatMap(value => [
    svg('line', { class: value === 0 ? 'base' : 'level', x1: GUTTER, x2: width, y1: y(value), y2: y(value) }),
    svg('text', { x: GUTTER - 6, y: y(value) + 4, 'text-anchor': 'end' }, value < 1 && value > 0 ? rate(value) : whole(value)),
  ]);
  return { y, grid: svg('g', { class: 'axis' }, ...lines) };
}

/** Runs of samples without a gap in time, all of which have what is asked for. */
function runs(samples, has = () => true) {
  const all = [];
  let last = null;
  for (const sample of samples.filter(has)) {
    if (last !== null && sample.at - sample.seconds * 1000 - last.at < GAP) all[all.length - 1].push(sample);
    else all.push([sample]);
    last = sample;
  }
  return all;
}

/** A band between two values of each sample; each sample stands for the time since the one before. */
function band(run, x, y, low, high) {
  const edge = valueOf => run.flatMap(sample => [
    [x(sample.at - sample.seconds * 1000), y(valueOf(sample))],
    [x(sample.at), y(valueOf(sample))],
  ]);
  const points = [...edge(high), ...edge(low).reverse()];
  return `M${points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join('L')}Z`;
}

export function drawVerdicts(samples, now) {
  const area = plot('verdict-plot', 190, now);
  const sums = new Map(samples.map(sample => {
    const upTo = {};
    VERDICTS.reduce((sum, [letter]) => (upTo[letter] = sum + (sample.verdicts[letter] ?? 0)), 0);
    return [sample, upTo];
  }));
  const top = nice(Math.max(2, ...samples.map(sample => sums.get(sample).X)));
  const { y, grid } = valueAxis(area, top);
  const bands = [];
  const letters = [];
  VERDICTS.forEach(([letter], i) => {
    const high = sample => sums.get(sample)[letter];
    const low = sample => (i === 0 ? 0 : sums.get(sample)[VERDICTS[i - 1][0]]);
    const drawn = runs(samples, sample => high(sample) > low(sample));
    if (drawn.length === 0) return;
    bands.push(svg('path', { class: `band ${letter}`, d: drawn.map(run => band(run, area.x, y, low, high)).join('') }));
    letters.push(label(letter, samples, area.x, y, low, high));
  });
  area.element.replaceChildren(grid, timeAxis(area), ...bands, ...letters.filter(Boolean));
}

/** The letter of a band, where it fits in best; none if it does so nowhere. */
function label(letter, samples, x, y, low, high) {
  const end = samples[samples.length - 1].at;
  const reach = Math.ceil(LETTER / 2 / (x(end) - x(end - 1000)));
  let best = null;
  for (let i = reach; i < samples.length - reach; i++) {
    const near = samples.slice(i - reach, i + reach + 1);
    const bottom = y(Math.max(...near.map(low)));
    const height = bottom - y(Math.min(...near.map(high)));
    if (height >= LETTER && (best === null || height > best.height)) best = { at: samples[i].at, bottom, height };
  }
  return best && svg('text', {
    class: 'letter', x: x(best.at), y: best.bottom - best.height / 2 + 4, 'text-anchor': 'middle',
  }, letter);
}

/** One verdict alone, on a scale of its own. */
export function drawSpark(element, samples, letter, now) {
  const [width, height] = [150, 22];
  const most = Math.max(...samples.map(sample => sample.verdicts[letter] ?? 0), 0);
  const x = at => ((Math.max(at, now - WINDOW) - now + WINDOW) / WINDOW) * width;
  const y = value => height - 1 - (value / (most || 1)) * (height - 4);
  const base = svg('line', { class: 'base', x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5 });
  const drawn = runs(samples, sample => sample.verdicts[letter] > 0).map(run => svg('path', {
    class: `band ${letter}`, d: band(run, x, y, () => 0, sample => sample.verdicts[letter]),
  }));
  element.replaceChildren(...drawn, base);
}

export function drawHops(samples, now) {
  const area = plot('hop-plot', 110, now);
  const top = nice(Math.max(2, ...samples.flatMap(sample => [sample.forwards, sample.hopsReceived])));
  const { y, grid } = valueAxis(area, top);
  const line = (name, valueOf) => runs(samples).map(run => svg('polyline', {
    class: `line ${name}`,
    points: run.map(sample => `${area.x(sample.at).toFixed(1)},${y(valueOf(sample)).toFixed(1)}`).join(' '),
  }));
  area.element.replaceChildren(
    grid, timeAxis(area),
    ...line('received', sample => sample.hopsReceived),
    ...line('sent', sample => sample.forwards));
}

/** A lane for each node, and one for the sessions that this node re-pinned. */
export function drawLanes(lanes, samples, now) {
  const area = plot('lanes', (lanes.size + 1) * LANE + 8 + AXIS, now);
  const parts = [timeAxis(area)];
  let row = 0;
  for (const [route, lane] of lanes) {
    const y = row++ * LANE + LANE / 2 + 2;
    parts.push(svg('text', { class: 'name', x: GUTTER - 8, y: y + 4, 'text-anchor': 'end' }, short(route)));
    lane.forEach(([from, state], i) => {
      const to = Math.min(now, i + 1 < lane.length ? lane[i + 1][0] : now);
      if (state !== null && to > now - WINDOW) parts.push(...segment(area, Math.max(from, now - WINDOW), to, y, state));
    });
  }
  const y = row * LANE + LANE / 2 + 2;
  parts.push(svg('text', { class: 'name', x: GUTTER - 8, y: y + 4, 'text-anchor': 'end' }, 'moved'));
  parts.push(svg('line', { class: 'base', x1: GUTTER, x2: area.width, y1: y, y2: y }));
  parts.push(...moves(samples, area, y));
  area.element.replaceChildren(...parts);
}

function short(route) {
  return route.length > 6 ? `${route.slice(0, 5)}…` : route;
}

function segment({ x }, from, to, y, state) {
  const [left, right] = [x(from), x(to)];
  const bar = svg('rect', {
    class: `state ${state}`, x: left, y: y - 7, width: Math.max(2, right - left - 1), height: 14, rx: 2,
  });
  const word = STATES[state] ?? state;
  const fits = right - left > word.length * 7 + 10;
  return fits ? [bar, svg('text', { class: `word on-${state}`, x: left + 6, y: y + 4 }, word)] : [bar];
}

/** Bundles of moves within a few seconds, with their number. */
function moves(samples, { x, width }, y) {
  const bundles = [];
  for (const { at, repinned } of samples) {
    if (repinned === 0) continue;
    const last = bundles[bundles.length - 1];
    if (last && at - last.to < 6000) {
      last.to = at;
      last.count += repinned;
    } else {
      bundles.push({ from: at, to: at, count: repinned });
    }
  }
  return bundles.flatMap(({ from, to, count }) => {
    const text = whole(count);
    const size = Math.max(18, text.length * 7 + 10, x(to) - x(from) + 6);
    const left = Math.min(Math.max(GUTTER, x(from) - 3), width - size);
    return [
      svg('rect', { class: 'band R', x: left, y: y - 8, width: size, height: 16, rx: 8 }),
      svg('text', { class: 'letter', x: left + size / 2, y: y + 4, 'text-anchor': 'middle' }, text),
    ];
  });
}
