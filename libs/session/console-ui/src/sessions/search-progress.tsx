import { Button } from '../ui/button';
import { countText } from '../ui/numbers';
import { progressOf, type SearchState } from './session-search';

interface Properties {
  search: SearchState;
  isSearching: boolean;
  onCancel: () => void;
  onContinue: () => void;
}

/** Progress of a search through all sessions, with a button that cancels it. */
export function SearchProgress({ search, isSearching, onCancel, onContinue }: Properties) {
  if (search.isComplete) return null;
  const { total, examined } = search;
  const percent = Math.round(progressOf(search) * 100);
  return (
    <div className="progress card">
      <div className="progress-text">
        <span>
          {isSearching ? 'Searching' : 'Search cancelled'}: {countText(examined)}
          {total === null ? null : ` of ${countText(total)}`} sessions read
        </span>
        {isSearching ? (
          <Button isSmall onPress={onCancel}>
            Cancel
          </Button>
        ) : (
          <Button isSmall onPress={onContinue}>
            Continue
          </Button>
        )}
      </div>
      <progress aria-label="Progress of the search" max={100} value={percent} />
      {isSearching ? null : (
        <p className="muted">Complete the search to end the sessions that it finds.</p>
      )}
    </div>
  );
}
