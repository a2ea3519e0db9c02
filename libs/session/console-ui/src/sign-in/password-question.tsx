import { type SubmitEvent, useState } from 'react';
import { ProblemError } from '../api/problem.error';
import { problemAdvice } from '../api/problem-advice';
import { useApi } from '../console.context';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/text-field';

interface Properties {
  onClose: (isConfirmed: boolean) => void;
}

/** Asks for the password, and confirms it with the server. */
export default function PasswordQuestion({ onClose }: Properties) {
  const api = useApi();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      await api.reauthenticate(password);
      onClose(true);
    } catch (problem) {
      setPending(false);
      if (problem instanceof ProblemError && problem.status === 401) onClose(false);
      else setError(problemAdvice(problem));
    }
  };
  return (
    <Dialog
      title="Confirm your password"
      onClose={() => {
        onClose(false);
      }}
    >
      <p className="dialog-text">This needs a recent sign-in. It continues after your password.</p>
      <form onSubmit={(event) => void submit(event)}>
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
          error={error}
        />
        <div className="dialog-actions">
          <Button
            onPress={() => {
              onClose(false);
            }}
          >
            Cancel
          </Button>
          <Button kind="primary" type="submit" isPending={isPending}>
            Confirm
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
