import { type SubmitEvent, useState } from 'react';
import { problemAdvice } from '../api/problem-advice';
import type { AccessView, ServiceView } from '../api/views';
import { useApi } from '../console.context';
import { Badge, Roles } from '../ui/badge';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { TextField } from '../ui/text-field';
import { knownRoles } from '../users/known-roles';
import { decisionWords } from './decision.words';

type Route = AccessView['services'][number]['routes'][number];

/** Answers which routes a user, or any user with some roles, may call. */
export function AccessQuestion({ services }: { services: readonly ServiceView[] }) {
  const api = useApi();
  const hasUsers = api.config.users !== null;
  const [kind, setKind] = useState<'roles' | 'user'>(hasUsers ? 'user' : 'roles');
  const [roles, setRoles] = useState<readonly string[]>([]);
  const [user, setUser] = useState('');
  const [answer, setAnswer] = useState<{ subject: string; access: AccessView } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);
  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    setAnswer(null);
    try {
      setAnswer(await (kind === 'roles' ? askForRoles() : askForUser()));
    } catch (error) {
      setProblem(problemAdvice(error));
    }
    setPending(false);
  };
  const askForRoles = async () => ({
    subject: roles.length === 0 ? 'A user without roles' : `A user with ${roles.join(', ')}`,
    access: await api.accessOfRoles(roles, AbortSignal.timeout(10_000)),
  });
  const askForUser = async () => {
    const signal = AbortSignal.timeout(10_000);
    const name = user.trim();
    const found = hasUsers && name !== '' ? await api.userByName(name, signal) : null;
    const access = await api.accessOfUser(found?.id ?? name, signal);
    return { subject: name, access };
  };
  return (
    <section className="card" aria-labelledby="access">
      <h2 id="access">Who may call this?</h2>
      <form className="access-form" onSubmit={(event) => void ask(event)}>
        <fieldset>
          <legend>Answer for</legend>
          <div className="choices">
            {(['user', 'roles'] as const).map((it) => (
              <label key={it} className="choice">
                <input
                  type="radio"
                  name="kind"
                  checked={kind === it}
                  onChange={() => {
                    setKind(it);
                  }}
                />
                {it === 'user' ? 'a user' : 'roles'}
              </label>
            ))}
          </div>
        </fieldset>
        {kind === 'user' ? (
          <TextField
            label={hasUsers ? 'Username' : 'User id'}
            autoCapitalize="none"
            isRequired
            value={user}
            onChange={setUser}
            error={problem}
          />
        ) : (
          <fieldset>
            <legend>Roles</legend>
            <div className="choices">
              {knownRoles(services, [api.config.role]).map((role) => (
                <label key={role} className="choice">
                  <input
                    type="checkbox"
                    checked={roles.includes(role)}
                    onChange={({ target }) => {
                      setRoles(
                        target.checked ? [...roles, role] : roles.filter((it) => it !== role),
                      );
                    }}
                  />
                  {role}
                </label>
              ))}
            </div>
            {problem === null ? null : (
              <p className="field-error" role="alert">
                {problem}
              </p>
            )}
          </fieldset>
        )}
        <Button kind="primary" type="submit" isPending={isPending}>
          Show access
        </Button>
      </form>
      <div role="status">
        {answer === null ? null : <Answer subject={answer.subject} access={answer.access} />}
      </div>
    </section>
  );
}

const COLUMNS: readonly Column<Route>[] = [
  {
    label: 'Route',
    isRowHeader: true,
    render: ({ method, path }) => (
      <span className="route">
        <span className="method">{method}</span> <code>{path}</code>
      </span>
    ),
  },
  {
    label: 'May call',
    render: ({ decision }) => {
      const [tone, text] = decisionWords(decision);
      return <Badge tone={tone}>{text}</Badge>;
    },
  },
];

function Answer({ subject, access }: { subject: string; access: AccessView }) {
  const isOpen = (decision: string) => decision === 'authorized' || decision === 'public';
  return (
    <>
      <p>
        <strong>{subject}</strong> has <Roles roles={access.roles} />
      </p>
      {access.services.map(({ service, routes }) =>
        routes.length === 0 ? (
          <p key={service} className="muted">
            {service} publishes no routes.
          </p>
        ) : (
          <details key={service}>
            <summary>
              {service}: {routes.filter(({ decision }) => isOpen(decision)).length} of{' '}
              {routes.length} routes
            </summary>
            <DataTable
              label={`Access to ${service}`}
              columns={COLUMNS}
              rows={routes}
              keyOf={({ method, path }) => `${method} ${path}`}
            />
          </details>
        ),
      )}
    </>
  );
}
