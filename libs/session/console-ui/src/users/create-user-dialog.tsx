import { type SubmitEvent, useState } from 'react';
import { ProblemError } from '../api/problem.error';
import { problemAdvice } from '../api/problem-advice';
import type { AdminUserView } from '../api/views';
import { useApi } from '../console.context';
import { useAnnounce } from '../shell/announcer';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/text-field';
import { RolePicker } from './role-picker';

interface Properties {
  onClose: () => void;
  onCreated: (user: AdminUserView) => void;
}

export function CreateUserDialog({ onClose, onCreated }: Properties) {
  const api = useApi();
  const announce = useAnnounce();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<{ field: 'name' | 'password'; text: string } | null>(null);
  const [isPending, setPending] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setPending(true);
    setProblem(null);
    try {
      const user = await api.createUser({ username: username.trim(), password, roles });
      announce(`User ${user.username} created.`);
      onClose();
      onCreated(user);
    } catch (error) {
      setPending(false);
      const isPassword = error instanceof ProblemError && error.code === 'ERR_PASSWORD_POLICY';
      setProblem({ field: isPassword ? 'password' : 'name', text: problemAdvice(error) });
    }
  };
  return (
    <Dialog title="Create user" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField
          label="Username"
          autoComplete="off"
          autoCapitalize="none"
          autoFocus
          value={username}
          onChange={setUsername}
          error={problem?.field === 'name' ? problem.text : null}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 15 characters, unless the policy says otherwise."
          value={password}
          onChange={setPassword}
          error={problem?.field === 'password' ? problem.text : null}
        />
        <RolePicker value={roles} onChange={setRoles} />
        <div className="dialog-actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isPending={isPending}>
            Create user
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
