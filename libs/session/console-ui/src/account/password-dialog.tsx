import { type SubmitEvent, useState } from 'react';
import { ProblemError } from '../api/problem.error';
import { problemAdvice } from '../api/problem-advice';
import { useApi } from '../console.context';
import { useAnnounce } from '../shell/announcer';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ProblemNote } from '../ui/problem-note';
import { TextField } from '../ui/text-field';

interface Properties {
  onClose: () => void;
  onChanged: () => void;
}

/** Errors of the fields, and a failure of the call. */
interface Problems {
  readonly current?: string;
  readonly next?: string;
  readonly repeated?: string;
  readonly call?: unknown;
}

/** Changes the password, which ends all other sessions. */
export function PasswordDialog({ onClose, onChanged }: Properties) {
  const api = useApi();
  const announce = useAnnounce();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [isPending, setPending] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (current === '') {
      setProblems({ current: 'Enter your current password.' });
      return;
    }
    if (next === '') {
      setProblems({ next: 'Enter a new password.' });
      return;
    }
    if (next !== repeated) {
      setProblems({ repeated: 'The two passwords differ. Enter the same one twice.' });
      return;
    }
    setPending(true);
    setProblems({});
    try {
      await api.changePassword(current, next);
      announce('Password changed. All other sessions have ended.');
      onChanged();
      onClose();
    } catch (error) {
      setPending(false);
      setProblems(problemsOf(error));
    }
  };
  return (
    <Dialog title="Change password" onClose={onClose}>
      <p className="dialog-text">All your other sessions end. This session stays.</p>
      <form onSubmit={(event) => void submit(event)}>
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          autoFocus
          value={current}
          onChange={setCurrent}
          error={problems.current ?? null}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="A long phrase is best. Spaces and all letters are permitted."
          value={next}
          onChange={setNext}
          error={problems.next ?? null}
        />
        <TextField
          label="New password, again"
          type="password"
          autoComplete="new-password"
          value={repeated}
          onChange={setRepeated}
          error={problems.repeated ?? null}
        />
        {problems.call === undefined ? null : <ProblemNote error={problems.call} />}
        <div className="dialog-actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isPending={isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function problemsOf(error: unknown): Problems {
  if (error instanceof ProblemError) {
    if (error.code === 'ERR_PASSWORD_WRONG') return { current: problemAdvice(error) };
    if (error.status === 400 || error.status === 422) return { next: problemAdvice(error) };
  }
  return { call: error };
}
