import { connect } from './live.js';

const element = (id) => document.getElementById(id);
let live;

function show(id, status) {
  for (const part of ['sign-in', 'notes']) element(part).hidden = part !== id;
  element('status').textContent = status;
}

function setConnected(isConnected, status) {
  element('send').disabled = !isConnected;
  element('status').textContent = status;
}

function react({ event, data }) {
  if (event === 'exception') element('status').textContent = data.message;
  if (event !== 'notes') return;
  const items = data.map(({ text, by }) =>
    Object.assign(document.createElement('li'), { textContent: `${text} (${by})` }),
  );
  element('list').replaceChildren(...items);
}

/** Shows the name of the signed-in user. @returns whether there is one */
async function showUser() {
  const response = await fetch('/auth/user');
  if (response.ok) element('username').textContent = (await response.json()).username;
  return response.ok;
}

/** Shows the notes of the signed-in user, or the sign-in form. */
async function start() {
  if (!(await showUser())) return show('sign-in', '');
  show('notes', 'Connecting …');
  live = connect('/live', {
    onOpen() {
      setConnected(true, 'Connected.');
      live.send('watch');
      showUser(); // another user, if another tab has signed in meanwhile
    },
    onMessage: react,
    onPause(code) {
      setConnected(false, `Connection lost (${code}). Connecting again …`);
    },
    onEnd(code, reason) {
      show('sign-in', `Closed with ${code} ${reason}`);
    },
  });
}

/** Runs an action with the fields of a form when the user submits the form. */
function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    form.reset();
    action(fields);
  });
}

function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

onSubmit(element('sign-in'), async (credentials) => {
  const response = await post('/auth/login', credentials);
  if (response.ok) await start();
  else show('sign-in', (await response.json()).message);
});
onSubmit(element('write'), ({ text }) => live.send('write', text));
// The server closes the sockets of all tabs.
element('sign-out').addEventListener('click', () => post('/auth/logout', {}));
start();
