import type { EndedEventView } from '../api/views';
import { withEarlier, withLatest } from './ended-list';

const events = (...positions: string[]) =>
  positions.map((position) => ({ position }) as EndedEventView);
const positions = (list: readonly EndedEventView[]) => list.map(({ position }) => position);

describe('the list of ended sessions', () => {
  it('grows at both ends, and shows each event once', () => {
    const known = events('5', '4');
    expect(positions(withLatest(known, events('6', '5')))).toEqual(['6', '5', '4']);
    expect(positions(withEarlier(known, events('4', '3')))).toEqual(['5', '4', '3']);
  });
});
