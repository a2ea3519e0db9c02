import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { ProblemNote } from './problem-note';

interface Properties {
  title: string;
  children: ReactNode;
  /** Name of the button, a verb with its object: "End session". */
  action: string;
  /** Closes the dialog when it resolves. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asks before an action that cannot be undone, and shows its failure. */
export function ConfirmDialog({ title, children, action, onConfirm, onClose }: Properties) {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const confirm = async () => {
    setPending(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(error);
      setPending(false);
    }
  };
  return (
    <Dialog title={title} role="alertdialog" onClose={onClose}>
      <div className="dialog-text">{children}</div>
      {problem === null ? null : <ProblemNote error={problem} />}
      <div className="dialog-actions">
        <Button onPress={onClose} autoFocus>
          Cancel
        </Button>
        <Button kind="danger" isPending={isPending} onPress={() => void confirm()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
