import { call, SignedOut } from './api.js';

const element = (id) => document.getElementById(id);

function show(id) {
  for (const part of ['sign-in', 'notes']) element(part).hidden = part !== id;
}

async function showNotes() {
  const [user, notes] = await Promise.all([call('GET', '/auth/user'), call('GET', '/notes')]);
  element('username').textContent = user.username;
  element('list').replaceChildren(
    ...notes.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
  );
  show('notes');
}

/** Runs an action, and shows its failure. Every action may find that the session has ended. */
async function run(action) {
  element('status').textContent = '';
  try {
    await action();
  } catch (error) {
    if (error instanceof SignedOut) show('sign-in');
    element('status').textContent = error.message;
  }
}

/** Runs an action with the fields of a form when the user submits the form. */
function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    form.reset();
    run(() => action(fields));
  });
}

onSubmit(element('sign-in'), async (credentials) => {
  await call('POST', '/auth/login', credentials);
  await showNotes();
});
onSubmit(element('add'), async (note) => {
  await call('POST', '/notes', note);
  await showNotes();
});
element('sign-out').addEventListener('click', () => {
  run(async () => {
    await call('POST', '/auth/logout');
    throw new SignedOut('You have signed out.');
  });
});
run(showNotes);
