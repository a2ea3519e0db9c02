import { Reflector } from '@nestjs/core';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type AccessRule, AccessRules } from './access-rules.js';
import { Public } from './public.decorator.js';
import { RequireRecentSignIn } from './require-recent-sign-in.decorator.js';
import { SkipCache } from './skip-cache.decorator.js';

class Handlers {
  plain(): void {
    // Only its decorators matter.
  }

  @SkipCache()
  uncached(): void {
    // Only its decorators matter.
  }

  @RequireRecentSignIn('5m')
  recent(): void {
    // Only its decorators matter.
  }

  @SkipCache()
  @RequireRecentSignIn('5m')
  both(): void {
    // Only its decorators matter.
  }

  @RequireRecentSignIn('5m')
  @SkipCache()
  bothReversed(): void {
    // Only its decorators matter.
  }

  @Public()
  @SkipCache()
  @RequireRecentSignIn('5m')
  open(): void {
    // Only its decorators matter.
  }
}

@SkipCache()
class Uncached extends Handlers {}

@RequireRecentSignIn('1h')
class Recent extends Handlers {}

type Handler = Extract<keyof Handlers, string>;
type Freshness = Pick<AccessRule, 'skipsCache' | 'maxSignInAge'>;

const NOTHING: Freshness = { skipsCache: false, maxSignInAge: null };
const UNCACHED: Freshness = { skipsCache: true, maxSignInAge: null };
const FIVE_MINUTES: Freshness = { skipsCache: true, maxSignInAge: 300_000 };
const AN_HOUR: Freshness = { skipsCache: true, maxSignInAge: 3_600_000 };

const rules = new AccessRules(new Reflector());

function freshnessOf(controller: typeof Handlers, handler: Handler): Freshness {
  const { skipsCache, maxSignInAge } = rules.ofHandler(
    controller,
    // eslint-disable-next-line @typescript-eslint/unbound-method -- only its metadata is read
    controller.prototype[handler],
  );
  return { skipsCache, maxSignInAge };
}

describe('@SkipCache() and @RequireRecentSignIn()', () => {
  it('combine, and the decorator of a handler replaces the same decorator of its controller', async () => {
    const rows: [controller: typeof Handlers, handler: Handler, expected: Freshness][] = [
      [Handlers, 'plain', NOTHING],
      [Handlers, 'uncached', UNCACHED],
      [Handlers, 'recent', FIVE_MINUTES],
      [Handlers, 'both', FIVE_MINUTES],
      [Handlers, 'bothReversed', FIVE_MINUTES],
      [Uncached, 'plain', UNCACHED],
      [Uncached, 'recent', FIVE_MINUTES],
      [Recent, 'plain', AN_HOUR],
      // A handler cannot drop the limit of its controller by accident.
      [Recent, 'uncached', AN_HOUR],
      [Recent, 'recent', FIVE_MINUTES],
    ];
    await eachRow(
      rows,
      ([controller, handler, expected]) => {
        expect(freshnessOf(controller, handler)).toEqual(expected);
      },
      ([controller, handler]) => `${controller.name}.${handler}`,
    );
  });

  it('require nothing on a public route', () => {
    expect(freshnessOf(Handlers, 'open')).toEqual(NOTHING);
    expect(freshnessOf(Recent, 'open')).toEqual(NOTHING);
  });
});

describe('@RequireRecentSignIn()', () => {
  it('rejects an invalid time span when it is applied, and says how to fix it', async () => {
    const spans: unknown[] = [
      'five minutes',
      '5 parsecs',
      '5',
      '',
      '-5m',
      0,
      -1,
      NaN,
      Infinity,
      undefined,
    ];
    await eachRow(
      spans,
      (span) => {
        const decorate = () => RequireRecentSignIn(span as never);
        expect(decorate).toThrow(SessionOptionsError);
        expect(decorate).toThrow(
          `@RequireRecentSignIn(): '${String(span)}' is not a time span. Give milliseconds or text such as '30m', '12h' or '500ms'.`,
        );
      },
      String,
    );
  });
});
