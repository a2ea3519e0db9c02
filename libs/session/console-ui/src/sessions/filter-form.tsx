import { type SubmitEvent, useState } from 'react';
import { problemAdvice } from '../api/problem-advice';
import { useApi } from '../console.context';
import { Button } from '../ui/button';
import { TextField } from '../ui/text-field';
import { fromLocalInput, toLocalInput } from './local-time';
import type { SessionFilter } from './session-filter';

interface Properties {
  filter: SessionFilter;
  isOpen: boolean;
  onApply: (filter: SessionFilter) => void;
}

/** Fields of the filter. A user is found by name or by id. */
export function FilterForm({ filter, isOpen, onApply }: Properties) {
  const api = useApi();
  const [user, setUser] = useState(filter.user ?? '');
  const [role, setRole] = useState(filter.role ?? '');
  const [ip, setIp] = useState(filter.ip ?? '');
  const [after, setAfter] = useState(toLocalInput(filter.signedInAfter));
  const [before, setBefore] = useState(toLocalInput(filter.signedInBefore));
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    try {
      const signedInAfter = fromLocalInput(after);
      const signedInBefore = fromLocalInput(before);
      const id = await idOf(user.trim());
      onApply({
        ...(id === '' ? {} : { user: id }),
        ...(role.trim() === '' ? {} : { role: role.trim() }),
        ...(ip.trim() === '' ? {} : { ip: ip.trim() }),
        ...(signedInAfter === undefined ? {} : { signedInAfter }),
        ...(signedInBefore === undefined ? {} : { signedInBefore }),
      });
    } catch (error) {
      setProblem(problemAdvice(error));
    }
    setPending(false);
  };
  // A text that is no name counts as an id: applications choose the form of their ids.
  const idOf = async (text: string) => {
    if (text === '' || text === filter.user || api.config.users === null) return text;
    const found = await api.userByName(text, AbortSignal.timeout(10_000));
    return found?.id ?? text;
  };
  return (
    <details className="card filter" open={isOpen}>
      <summary>Filter</summary>
      <form className="filter-form" onSubmit={(event) => void submit(event)} aria-label="Filter">
        <TextField
          label={api.config.users === null ? 'User id' : 'User (name or id)'}
          value={user}
          onChange={setUser}
          error={problem}
        />
        <TextField label="Role" value={role} onChange={setRole} />
        <TextField label="IP address" value={ip} onChange={setIp} />
        <TextField
          label="Signed in after"
          type="datetime-local"
          value={after}
          onChange={setAfter}
        />
        <TextField
          label="Signed in before"
          type="datetime-local"
          value={before}
          onChange={setBefore}
        />
        <div className="filter-actions">
          <Button kind="primary" type="submit" isPending={isPending}>
            Apply
          </Button>
          {isOpen ? (
            <Button
              onPress={() => {
                onApply({});
              }}
            >
              Clear
            </Button>
          ) : null}
        </div>
      </form>
    </details>
  );
}
