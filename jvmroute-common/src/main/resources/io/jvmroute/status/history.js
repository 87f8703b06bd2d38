// What this page remembers: samples of about one second each, and events. Both begin anew with each life of the node.

export const WINDOW = 180_000;

const KEPT = 300;
const COUNTING = 10_000; // what is counted each second belongs together for so long

let incarnation = null;
let samples = [];
let events = [];

/** The query that asks for what is missing. */
export function query(elapsed) {
  if (incarnation === null) return '';
  const wanted = Math.min(KEPT, Math.ceil(elapsed / 1000) + 5);
  return `?history=${wanted}&after=${events.length > 0 ? events[events.length - 1].id : 0}`;
}

/** Takes in an answer; false if it is of another life of the node than those before. */
export function remember(status) {
  const same = incarnation === null || incarnation === status.node.incarnation;
  if (!same) {
    samples = [];
    events = [];
    incarnation = null;
    return false;
  }
  incarnation = status.node.incarnation;
  const { at, verdicts, ...series } = status.history;
  const last = samples.length > 0 ? samples[samples.length - 1].at : 0;
  for (let i = 0; i < at.length; i++) {
    if (at[i] <= last) continue;
    const before = i > 0 ? at[i - 1] : last;
    const seconds = before > 0 ? (at[i] - before) / 1000 : 1;
    const perSecond = {};
    for (const [letter, values] of Object.entries(verdicts)) perSecond[letter] = values[i] / seconds;
    samples.push({
      at: at[i],
      seconds,
      verdicts: perSecond,
      repinned: verdicts.R ? verdicts.R[i] : 0,
      forwards: series.forwards[i] / seconds,
      hopsReceived: series.hopsReceived[i] / seconds,
    });
  }
  samples = samples.slice(-KEPT);
  const known = events.length > 0 ? events[events.length - 1].id : 0;
  events = [...events, ...status.events.filter(event => event.id > known)].slice(-200);
  return true;
}

export function samplesSince(from) {
  return samples.filter(sample => sample.at > from);
}

/** The rates of the last three seconds together: one alone jumps too much to be read. */
export function current(rateOf) {
  const last = samples.slice(-3);
  const seconds = last.reduce((sum, sample) => sum + sample.seconds, 0);
  return seconds === 0 ? 0 : last.reduce((sum, sample) => sum + rateOf(sample) * sample.seconds, 0) / seconds;
}

/** Events, newest first; what is counted each second is added up while it goes on. */
export function told() {
  const all = [];
  for (const event of events) {
    const same = event.count && all.findLast(each => each.kind === event.kind);
    if (same && event.at - same.at < COUNTING) {
      same.count += event.count;
      same.at = event.at;
    } else {
      all.push({ ...event, from: event.at });
    }
  }
  return all.reverse();
}

const OF_STATE = ['state', 'joined', 'restarted', 'left', 'suspect', 'recovered', 'unseen', 'seen'];

/** For each node its states over time, [from, state] from the oldest on; state null while it was not there. */
export function lanes(nodes, seenState, begin) {
  const lives = new Map();
  for (const event of events) {
    if (!OF_STATE.includes(event.kind)) continue;
    if (!lives.has(event.route)) {
      const first = before(event);
      lives.set(event.route, { last: first, lane: [[begin, shown(first)]] });
    }
    const life = lives.get(event.route);
    life.last = after(event, life.last);
    const state = shown(life.last);
    if (life.lane[life.lane.length - 1][1] !== state) life.lane.push([event.at, state]);
  }
  const all = new Map(nodes.map(node => [node.route, lives.get(node.route)?.lane ?? [[begin, seenState(node)]]]));
  for (const [route, { lane }] of lives) {
    const wasThere = lane.some(([, state], i) => state !== null && (i + 1 === lane.length || lane[i + 1][0] > begin));
    if (wasThere) all.set(route, lane);
  }
  return new Map([...all].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** What must have been before the first event that is known of a node. */
function before({ id, kind, text }) {
  const began = kind === 'joined' || (kind === 'state' && (text === 'STARTING' || (text === 'READY' && id < KEPT)));
  return { state: began ? null : 'READY', suspect: kind === 'recovered', unseen: kind === 'seen' };
}

function after({ kind, text }, last) {
  switch (kind) {
    case 'state': return { ...last, state: text };
    case 'joined': case 'restarted': return { state: text.split(' ')[0], suspect: false, unseen: false };
    case 'left': return shown(last) === 'GONE' ? last : { ...last, state: null }; // forgotten, but it did not leave
    case 'suspect': return { ...last, suspect: true };
    case 'recovered': return { ...last, suspect: false };
    case 'unseen': return { ...last, unseen: true };
    case 'seen': return { ...last, unseen: false };
    default: return last;
  }
}

function shown({ state, suspect, unseen }) {
  if (state === null || !suspect) return state;
  return unseen ? 'GONE' : 'SUSPECT';
}
