import { Reflector } from '@nestjs/core';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { AccessRules } from './access-rules.js';
import { Public } from './public.decorator.js';
import { RequireFresh } from './require-fresh.decorator.js';

@RequireFresh('1h')
class Sample {
  @RequireFresh('5m')
  own(): void {
    // Only its decorators matter.
  }

  @RequireFresh()
  anyAge(): void {
    // Only its decorators matter.
  }

  controllers(): void {
    // Only its decorators matter.
  }

  @Public()
  open(): void {
    // Only its decorators matter.
  }
}

class Plain {
  handler(): void {
    // Only its decorators matter.
  }
}

const rules = new AccessRules(new Reflector());
const ruleOf = (name: string, of: typeof Sample | typeof Plain = Sample) =>
  rules.ofHandler(of, (of.prototype as unknown as Record<string, () => void>)[name] as () => void);

describe('@RequireFresh()', () => {
  it('requires the given maximum age, in milliseconds', () => {
    expect(ruleOf('own')).toMatchObject({ isFresh: true, maxAge: 300_000 });
  });

  it('on a handler replaces the decorator of its controller', () => {
    expect(ruleOf('controllers')).toMatchObject({ isFresh: true, maxAge: 3_600_000 });
    expect(ruleOf('anyAge')).toMatchObject({ isFresh: true, maxAge: null });
  });

  it('requires nothing where it is absent or the route is public', () => {
    expect(ruleOf('handler', Plain)).toMatchObject({
      isFresh: false,
      maxAge: null,
    });
    expect(ruleOf('open')).toMatchObject({ isPublic: true, isFresh: false, maxAge: null });
  });

  it('rejects an invalid time span when it is applied, and says how to fix it', async () => {
    const spans = ['five minutes', '5', '', '-5m', 0, NaN, Infinity];
    await eachRow(
      spans,
      (maxAge) => {
        expect(() => RequireFresh(maxAge)).toThrow(SessionOptionsError);
        expect(() => RequireFresh(maxAge)).toThrow(/^@RequireFresh\(\): .*such as '30m'/);
      },
      String,
    );
  });
});
