import { problemAdvice } from '../api/problem-advice';
import { Button } from './button';
import { Icon } from './icon';

interface Properties {
  error: unknown;
  /** Shows a button that repeats what failed. */
  onRetry?: () => void;
}

/** Message about a failure, which screen readers announce at once. */
export function ProblemNote({ error, onRetry }: Properties) {
  return (
    <div className="note problem" role="alert">
      <Icon name="warning" />
      <p>{problemAdvice(error)}</p>
      {onRetry === undefined ? null : (
        <Button isSmall onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
