// The table of nodes. Its rows are kept and changed in place, so that the focus stays where it is.
import { byId, el, setText, svg } from './dom.js';
import { STATES, counted, duration, seenState, whole } from './words.js';

const ACTIONS = [['ready', 'Ready'], ['drain', 'Drain'], ['maintenance', 'Maintenance']];
const IN_STATE = { READY: 'ready', DRAINING: 'drain', MAINTENANCE: 'maintenance' };
const rows = new Map();

/** Shows the nodes; `act` is called with an action and a route. */
export function showNodes(status, act) {
  const table = byId('node-rows');
  const most = Math.max(1, ...status.nodes.map(node => node.sessions));
  for (const [route, row] of rows) {
    if (!status.nodes.some(node => node.route === route && node.self === row.isSelf)) {
      row.element.remove();
      rows.delete(route);
    }
  }
  status.nodes.forEach((node, i) => {
    if (!rows.has(node.route)) rows.set(node.route, newRow(node, act));
    const row = rows.get(node.route);
    if (table.children[i] !== row.element) table.insertBefore(row.element, table.children[i] ?? null);
    update(row, node, status, most);
  });
}

function newRow(node, act) {
  const row = { isSelf: node.self };
  const cell = (name, ...children) => el('td', { role: 'cell', class: name }, ...children);
  row.url = el('span', { class: 'url' });
  row.mark = svg('svg', { class: 'glyph', viewBox: '0 0 16 16', 'aria-hidden': 'true' });
  row.state = el('span', { class: 'state-word' });
  row.note = el('span', { class: 'note' });
  row.sessions = el('span', { class: 'figure' });
  row.bar = svg('rect', { class: 'fill', height: 4, rx: 1 });
  row.flight = el('span', { class: 'figure' });
  row.weight = el('span');
  row.version = el('span');
  row.actions = node.self ? actions(node, act) : [el('a', {}, 'Open page', el('span', { class: 'hidden' }, ` of ${node.route}`))];
  row.element = el('tr', { role: 'row' },
    el('th', { role: 'rowheader', scope: 'row', class: 'node' },
      el('span', { class: 'route' }, node.route), node.self ? el('span', { class: 'here' }, 'this node') : null, row.url),
    cell('state', row.mark, row.state, row.note),
    cell('number sessions', label('sessions'), row.sessions,
      svg('svg', { class: 'share', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('rect', { class: 'track', width: 100, height: 4 }), row.bar)),
    cell('number flight', label('in flight'), row.flight),
    cell('number weight', label('weight'), row.weight),
    cell('version', row.version),
    cell('actions', ...row.actions));
  return row;
}

/** What the column's header says, where a narrow window shows none. */
function label(text) {
  return el('span', { class: 'label', 'aria-hidden': 'true' }, text);
}

function actions(node, act) {
  return ACTIONS.map(([action, title]) => {
    const button = el('button', { type: 'button', class: 'small', 'data-action': action }, title);
    button.addEventListener('click', () => act(action, node.route));
    return button;
  });
}

function update(row, node, status, most) {
  const state = seenState(node);
  row.element.dataset.state = state;
  setText(row.url, node.url);
  if (row.mark.dataset.state !== state) {
    row.mark.dataset.state = state;
    row.mark.replaceChildren(glyph(state));
  }
  setText(row.state, STATES[state] ?? state.toLowerCase());
  setText(row.note, note(node, state, status));
  setText(row.sessions, whole(node.sessions));
  row.bar.setAttribute('width', (100 * node.sessions) / most);
  setText(row.flight, whole(node.inFlight));
  setText(row.weight, whole(node.weight));
  setText(row.version, node.static ? 'static' : node.version);
  if (node.self) {
    for (const button of row.actions) {
      button.hidden = !status.node.control || button.dataset.action === IN_STATE[node.state];
    }
  } else {
    link(row.actions[0], node.statusUrl);
  }
}

function link(anchor, address) {
  const isPage = address !== null && /^https?:\/\//.test(address);
  anchor.hidden = !isPage;
  if (isPage && anchor.getAttribute('href') !== address) anchor.setAttribute('href', address);
}

function note(node, state, { now }) {
  if (node.heldDownMillis > 0) return `it falls again and again: held down ${duration(node.heldDownMillis)} more`;
  if ((state === 'GONE' || state === 'SUSPECT') && node.seenAt !== null) {
    return `for ${duration(now - node.seenAt)}`;
  }
  return node.member || node.static ? '' : 'not seen by the grid';
}

/** Each state has a shape of its own, for those who see no colours. */
function glyph(state) {
  switch (state) {
    case 'READY': return svg('circle', { cx: 8, cy: 8, r: 6 });
    case 'DRAINING': return svg('g', {}, svg('path', { d: 'M8 3a5 5 0 0 0 0 10z' }), svg('circle', { cx: 8, cy: 8, r: 5, class: 'ring' }));
    case 'MAINTENANCE': return svg('rect', { x: 3, y: 3, width: 10, height: 10, class: 'ring' });
    case 'SUSPECT': return svg('path', { d: 'M8 1.5 15 14H1z' });
    case 'GONE': return svg('path', { d: 'M3 3l10 10M13 3 3 13', class: 'cross' });
    default: return svg('circle', { cx: 8, cy: 8, r: 5.25, class: 'ring' });
  }
}

/** The progress of the drain of this node. */
export function showDrain({ node, drain, now }) {
  const draining = node.state === 'DRAINING' && drain !== null;
  byId('drain').hidden = !draining;
  if (!draining) return;
  const gone = drain.sessionsAtStart === 0 ? 1 : Math.max(0, 1 - drain.sessionsLeft / drain.sessionsAtStart);
  const bar = byId('drain-bar');
  bar.value = gone;
  setText(byId('drain-percent'), `${Math.floor(gone * 100)} %`);
  const parts = [`draining for ${duration(now - drain.since)}`];
  if (drain.handedOver > 0) parts.push(`${counted(drain.handedOver, 'session')} handed over`);
  if (drain.deadline !== null) parts.push(`it stops in ${duration(drain.deadline - now)} at the latest`);
  setText(byId('drain-text'), parts.join(' · '));
}
