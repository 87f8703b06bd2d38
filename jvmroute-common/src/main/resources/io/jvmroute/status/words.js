// What figures and states are in plain words.

/** In the order in which plots stack them: the ordinary at the bottom, trouble on top. */
export const VERDICTS = [
  ['H', 'home', 'served by this node, which owns the session'],
  ['N', 'new', 'no session yet: served here or balanced'],
  ['F', 'forwarded', 'one hop to the node that the session id names'],
  ['M', 'moved', 'one hop to where the session has moved before'],
  ['D', 'draining', 'one hop to its node, which is draining'],
  ['R', 're-pinned', 'its node is gone: another one took it over'],
  ['I', 'invalid', 'the session id names no node that anybody knows'],
  ['X', 'rejected', 'no node may answer now'],
];

export const STATES = {
  READY: 'ready', DRAINING: 'draining', MAINTENANCE: 'maintenance', STARTING: 'starting', LEFT: 'left',
  GONE: 'gone', SUSPECT: 'unreachable',
};

const WHOLE = new Intl.NumberFormat('en');
const TENTHS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

export const whole = number => WHOLE.format(number);
export const rate = number => (number > 0 && number < 99.95 ? TENTHS.format(number) : WHOLE.format(Math.round(number)));
export const clock = at => CLOCK.format(at);
export const counted = (number, noun) => `${whole(number)} ${noun}${number === 1 ? '' : 's'}`;

export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function listed(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** The state of a node as this one sees it, which is not always what that node last said. */
export function seenState(node) {
  if (node.suspect) return node.member ? 'SUSPECT' : 'GONE';
  return node.state;
}

/** How far the drain of this node is. */
export function drainText(drain) {
  if (drain.sessionsLeft === 0 && drain.requestsInFlight === 0) return 'no session is left';
  const of = drain.sessionsAtStart > 0 ? ` of ${whole(drain.sessionsAtStart)}` : '';
  return `${whole(drain.sessionsLeft)}${of} sessions left, ${counted(drain.requestsInFlight, 'request')} in flight`;
}

/** Sentences, the one that matters most first, each with a level: bad, busy or good. */
function sentences({ node, nodes, drain }) {
  const all = [];
  const routes = (...states) => nodes.filter(each => states.includes(seenState(each)));
  const tell = (level, found, text) => {
    if (found.length > 0) all.push([level, `${listed(found.map(each => each.route))} ${text(found)}.`]);
  };
  const is = found => (found.length === 1 ? 'is' : 'are');
  const own = node.route || 'This frontend';

  if (node.degraded) all.push(['bad', `DEGRADED: ${node.degraded.replace(/\.$/, '')}.`]);
  if (node.minority) all.push(['bad', `${own} reaches fewer than half of the nodes.`]);
  if (node.state === 'DRAINING') all.push(['busy', `${own} is draining${drain ? `: ${drainText(drain)}` : ''}.`]);
  if (node.state === 'MAINTENANCE') all.push(['busy', `${own} is in maintenance: it serves nothing.`]);
  if (node.state === 'STARTING') all.push(['busy', `${own} is starting: it serves nothing yet.`]);
  tell('bad', routes('GONE'), found => `${is(found)} gone`);
  tell('bad', routes('SUSPECT'), () => `can’t be reached`);
  const others = state => routes(state).filter(each => !each.self);
  for (const each of others('DRAINING')) {
    all.push(['busy', `${each.route} is draining: ${counted(each.sessions, 'session')} left.`]);
  }
  tell('busy', others('MAINTENANCE'), found => `${is(found)} in maintenance`);
  tell('busy', others('STARTING'), found => `${is(found)} starting`);

  const ready = routes('READY').length;
  if (ready === 0) all.unshift(['bad', nodes.length === 0 ? 'No node is known.' : 'No node is ready.']);
  else if (ready === nodes.length) all.push(['good', ready === 1 ? '1 node ready.' : `${ready} nodes ready.`]);
  else all.push(['busy', `${ready} of ${nodes.length} nodes ready.`]);
  return all;
}

/** The cluster at a glance. */
export function summary(status) {
  const all = sentences(status);
  const sum = name => status.nodes.filter(node => seenState(node) !== 'GONE').reduce((total, node) => total + node[name], 0);
  const load = `${counted(sum('sessions'), 'session')}, ${counted(sum('inFlight'), 'request')} in flight.`;
  return {
    level: all[0][0],
    headline: all[0][1],
    detail: [...all.slice(1).map(([, text]) => text), load].join(' '),
    kinds: all.map(([, text]) => text.replace(/: .*sessions? .*left.*/, '')).join(' '),
  };
}

/** An event as [level, text]. */
export function eventText({ kind, route, text, count }) {
  const many = (one, more) => (count === 1 ? one : more.replace('#', whole(count)));
  switch (kind) {
    case 'state': return [text === 'READY' ? 'good' : 'busy', `${route} is ${STATES[text] ?? text}`];
    case 'joined': return ['good', `${route} joined, ${text}`];
    case 'left': return ['busy', `${route} left`];
    case 'restarted': return ['busy', `${route} has restarted`];
    case 'suspect': return ['bad', `${route}: ${text || 'can’t be reached'}`];
    case 'recovered': return ['good', `${route} answers again`];
    case 'unseen': return ['bad', `the grid lost sight of ${route}`];
    case 'seen': return ['good', `the grid sees ${route} again`];
    case 'repinned': return ['move', many('1 session re-pinned', '# sessions re-pinned')];
    case 'lost': return ['move', many('1 session moved away while held here', '# sessions moved away while held here')];
    case 'handed-over': return ['move', many('1 session handed over', '# sessions handed over')];
    case 'rejected': return ['bad', many('1 request rejected', '# requests rejected')];
    case 'forged': return ['bad', many('1 hop header did not verify', '# hop headers did not verify')];
    case 'degraded': return ['bad', `DEGRADED: ${text}`];
    case 'joined-grid': return ['good', `${route || 'this node'} has joined the grid`];
    default: return ['busy', [kind, route, text].filter(Boolean).join(' ')];
  }
}
