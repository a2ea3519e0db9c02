import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { superseded } from './superseded.js';

const NOW = 1_800_000_000_000;

describe('a superseded session', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW, doNotFake: ['performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('names its successor, and ends with the grace', () => {
    const [session, by] = [sampleSession(), sampleSession()];

    expect(fieldsOf(superseded(session, by, 5_000))).toEqual({
      ...fieldsOf(session),
      supersededBy: by.id,
      absoluteExpiresAt: NOW + 5_000,
      idleTimeout: 5_000,
    });
  });

  it('keeps its own timeouts when they end earlier', () => {
    const session = sampleSession({ absoluteExpiresAt: NOW + 1_000, idleTimeout: 500 });

    expect(superseded(session, sampleSession(), 5_000)).toMatchObject({
      absoluteExpiresAt: NOW + 1_000,
      idleTimeout: 500,
    });
  });
});
