// Asks the node once a second, while somebody looks, and shows the answer.
import { ask, wire } from './control.js';
import { byId, el, setText, svg } from './dom.js';
import { WINDOW, current, lanes, query, remember, samplesSince, told } from './history.js';
import { showDrain, showNodes } from './nodes.js';
import { drawHops, drawLanes, drawSpark, drawVerdicts } from './plots.js';
import { VERDICTS, clock, counted, duration, eventText, rate, seenState, summary, whole } from './words.js';

const PERIOD = 1000;
const LONGEST_PAUSE = 15_000;
const PATIENCE = 5000;

let timer = 0;
let asking = 0; // the number of the newest question; answers to older ones are not looked at
let failures = 0;
let answeredAt = 0;
let last = null;

async function load() {
  const response = await fetch(`status.json${query(Date.now() - answeredAt)}`, {
    cache: 'no-store', signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  return response.json();
}

async function poll() {
  const own = ++asking;
  clearTimeout(timer);
  if (document.hidden) return;
  const answer = await load().catch(fault => fault);
  if (own !== asking) return;
  const failed = answer instanceof Error;
  failures = failed ? failures + 1 : 0;
  timer = setTimeout(poll, Math.min(LONGEST_PAUSE, PERIOD * 2 ** Math.max(0, failures - 1)));
  if (failed) lost(answer);
  else found(answer);
}

function found(status) {
  if (!remember(status)) { // another life of the node: all of its history is wanted
    poll();
    return;
  }
  answeredAt = Date.now();
  last = status;
  show(status);
  live('live', 'Live');
}

function lost(fault) {
  const why = fault.message.startsWith('it answers') ? fault.message : 'no answer';
  live('lost', answeredAt === 0
    ? `This node: ${why}`
    : `This node: ${why} since ${clock(answeredAt)}. What you see is from then.`);
}

function live(state, text) {
  const shown = byId('live');
  if (shown.dataset.state === 'lost' && state === 'live') announce('The node answers again.');
  if (shown.dataset.state === 'live' && state === 'lost') announce('The node does not answer.');
  shown.dataset.state = state;
  document.body.classList.toggle('stale', state === 'lost');
  setText(byId('live-text'), text);
}

function announce(text) {
  setText(byId('announcement'), text);
}

function show(status) {
  showSummary(status);
  showNodes(status, ask);
  showDrain(status);
  showEvents();
  draw();
  showVerdicts(status);
  showHops(status);
}

function showSummary(status) {
  const { node } = status;
  const { level, headline, detail, kinds } = summary(status);
  const name = node.route || 'frontend';
  byId('summary').dataset.level = level;
  setText(byId('headline'), headline);
  setText(byId('detail'), detail);
  announce(kinds);
  document.title = `${name}: ${headline}`;
  setText(byId('self'), `${node.route ? `node ${node.route}` : 'a frontend'} of cluster ${node.cluster}`);
  setText(byId('about'), `jvmroute ${node.version}, ${node.mode} mode, up for ${duration(node.uptimeMillis)}. `
    + 'Verdicts, hops and what happened are as this node saw them.'
    + `${node.control || !node.route ? '' : ' For buttons that drain it, give it a statusToken.'}`);
}

function showEvents() {
  const all = told().slice(0, 60);
  const list = byId('events');
  const key = all.map(event => `${event.id}:${event.count ?? ''}`).join();
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...all.map(event => {
    const [level, text] = eventText(event);
    return el('li', { class: level }, el('time', { datetime: new Date(event.from).toISOString() }, clock(event.from)), el('span', {}, text));
  }));
}

function draw() {
  if (last === null) return;
  const samples = samplesSince(last.now - WINDOW);
  const begin = Math.max(last.now - WINDOW, last.node.startedAt); // nothing is known of the time before
  drawLanes(lanes(last.nodes, seenState, begin), samples, last.now);
  drawVerdicts(samples, last.now);
  drawHops(samples, last.now);
}

const verdictRows = new Map();

function makeVerdictRows() {
  for (const [letter, name, meaning] of VERDICTS) {
    const row = { spark: svg('svg', { viewBox: '0 0 150 22', 'aria-hidden': 'true' }), now: el('td', { class: 'number' }), total: el('td', { class: 'number' }) };
    verdictRows.set(letter, row);
    byId('verdict-rows').append(el('tr', {},
      el('th', { scope: 'row' }, el('span', { class: `plate ${letter}` }, letter), el('span', { class: 'verdict' }, el('b', {}, name), ` ${meaning}`)),
      el('td', { class: 'spark' }, row.spark), row.now, row.total));
  }
}

function showVerdicts({ now, counters }) {
  const samples = samplesSince(now - WINDOW);
  for (const [letter, row] of verdictRows) {
    drawSpark(row.spark, samples, letter, now);
    setText(row.now, rate(current(sample => sample.verdicts[letter] ?? 0)));
    setText(row.total, whole(counters.verdicts[letter] ?? 0));
  }
}

function showHops({ load, counters }) {
  const ends = Object.entries(counters.forwards)
    .filter(([outcome, count]) => outcome !== 'DONE' && count > 0)
    .map(([outcome, count]) => `${whole(count)} ${outcome.toLowerCase().replace('_', ' ')}`);
  setText(byId('hops-sent'), rate(current(sample => sample.forwards)));
  setText(byId('hops-received'), rate(current(sample => sample.hopsReceived)));
  setText(byId('hop-figures'), [
    `${counted(load.forwardsInFlight, 'hop')} in flight, ${counted(load.connections.open, 'connection')} to other nodes`,
    load.openTunnels > 0 ? counted(load.openTunnels, 'open tunnel') : '',
    ends.length > 0 ? `ended otherwise since the start: ${ends.join(', ')}` : '',
  ].filter(Boolean).join(' · '));
}

makeVerdictRows();
wire(warning => {
  setText(byId('warning'), warning ?? '');
  byId('warning').hidden = warning === null;
  poll();
});
document.addEventListener('visibilitychange', poll);
new ResizeObserver(draw).observe(byId('verdict-plot').parentElement);
poll();
