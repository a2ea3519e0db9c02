import { type SubmitEvent, useState } from 'react';
import type { AdminUserView } from '../api/views';
import { useApi } from '../console.context';
import { Button } from '../ui/button';
import { ProblemNote } from '../ui/problem-note';
import { RolePicker } from './role-picker';

interface Properties {
  user: AdminUserView;
  onSaved: (user: AdminUserView) => void;
}

/** Changes the roles of a user, on the live sessions too. */
export function RolesForm({ user, onSaved }: Properties) {
  const api = useApi();
  const [roles, setRoles] = useState<readonly string[]>(user.roles);
  const [problem, setProblem] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const isChanged = [...roles].sort().join() !== [...user.roles].sort().join();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    try {
      onSaved(await api.setRoles(user.id, roles));
    } catch (error) {
      setProblem(error);
    }
    setPending(false);
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <RolePicker label={`Roles of ${user.username}`} value={roles} onChange={setRoles} />
      {problem === null ? null : <ProblemNote error={problem} />}
      <Button kind="primary" type="submit" isDisabled={!isChanged} isPending={isPending}>
        Save roles
      </Button>
    </form>
  );
}
