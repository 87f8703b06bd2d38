// What changes a node, or asks it about a session. The token is in the memory of this page alone: another page of the
// same address, which may be any application's, could read what is kept in a storage of the browser.
import { byId, el, setText } from './dom.js';
import { VERDICTS } from './words.js';

const TEXTS = {
  drain: ['Drain', 'takes no new sessions from now on. Its own are handed over where their data is replicated, and served until they end where it is not. Ready takes it back.'],
  maintenance: ['Put into maintenance', 'serves nothing from now on. Its sessions go elsewhere at once, and what is not replicated of them is lost. Ready takes it back.'],
  ready: ['Make ready', 'takes new sessions again. Sessions that have gone stay where they are.'],
};

let token = null;
let asked = null;
let onChange = () => {};

/** Shows the dialog for an action on a node. */
export function ask(action, route) {
  asked = { action, route };
  const [title, text] = TEXTS[action];
  setText(byId('ask-title'), `${title === 'Put into maintenance' ? `Put ${route} into maintenance` : title === 'Make ready' ? `Make ${route} ready` : `Drain ${route}`}?`);
  setText(byId('ask-text'), `${route} ${text}`);
  setText(byId('ask-go'), title);
  setText(byId('ask-fault'), '');
  byId('ask-token').hidden = token !== null;
  byId('token').required = token === null;
  byId('ask').showModal();
  (token === null ? byId('token') : byId('ask-cancel')).focus();
}

async function go() {
  const candidate = token ?? byId('token').value;
  byId('ask-go').disabled = true;
  try {
    const response = await fetch('control', {
      method: 'POST',
      headers: { Authorization: `Bearer ${candidate}` },
      body: new URLSearchParams({ action: asked.action, node: asked.route }),
    });
    const answer = await response.json();
    if (response.ok) {
      token = candidate;
      byId('ask').close();
      onChange(answer.warning);
    } else {
      refuse(response.status, answer.error);
    }
  } catch {
    setText(byId('ask-fault'), 'The node does not answer.');
  } finally {
    byId('ask-go').disabled = false;
  }
}

function refuse(status, error) {
  setText(byId('ask-fault'), status === 401 ? 'The token is wrong.' : error);
  if (status === 401) {
    token = null;
    byId('ask-token').hidden = false;
    byId('token').required = true;
    byId('token').select();
    byId('token').focus();
  }
}

async function explain() {
  const session = byId('session').value.trim();
  const shown = byId('explanation');
  try {
    // A header, because addresses end in access logs.
    const response = await fetch('explain', { headers: { 'Jvmroute-Session': session }, cache: 'no-store' });
    if (!response.ok) throw new Error(`The node answers ${response.status}.`);
    const { source, verdict, owner, why } = await response.json();
    const [letter, name] = VERDICTS.find(([each]) => each === verdict) ?? [verdict, ''];
    const pairs = [
      ['Owner', owner || 'any ready node'],
      ['Verdict', el('span', { class: `plate ${letter}` }, letter), ` ${name}`],
      ['Source', source],
      ['Reason', why],
    ];
    shown.replaceChildren(...pairs.flatMap(([term, ...values]) => [el('dt', {}, term), el('dd', {}, ...values)]));
  } catch (fault) {
    const text = fault instanceof TypeError ? 'The node does not answer, or this is no session id.' : fault.message;
    shown.replaceChildren(el('dt', {}, 'No answer'), el('dd', {}, text));
  }
}

/** Wires dialog and form; `changed` is called with a warning or null after each change. */
export function wire(changed) {
  onChange = changed;
  byId('ask-form').addEventListener('submit', event => {
    event.preventDefault();
    go();
  });
  byId('ask-cancel').addEventListener('click', () => byId('ask').close());
  byId('ask').addEventListener('close', () => {
    byId('token').value = '';
  });
  byId('explain').addEventListener('submit', event => {
    event.preventDefault();
    explain();
  });
}
