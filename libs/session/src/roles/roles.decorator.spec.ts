import 'reflect-metadata';
import { Public, PUBLIC_METADATA } from './public.decorator.js';
import { Roles, ROLES_METADATA } from './roles.decorator.js';

describe('@Roles()', () => {
  it('stores the roles on the route, in order', () => {
    class Sample {
      @Roles('orders:write', 'admin')
      handler(): void {
        // Only its metadata matters.
      }
    }

    const handler: unknown = Reflect.get(Sample.prototype, 'handler');
    expect(Reflect.getMetadata(ROLES_METADATA, handler as object)).toEqual([
      'orders:write',
      'admin',
    ]);
  });

  it('does not compile without a role', () => {
    // @ts-expect-error -- at least one role is needed
    const decorator = Roles();

    expect(decorator.KEY).toBe(ROLES_METADATA);
  });

  it('does not compile with a list instead of names', () => {
    // @ts-expect-error -- a list is not a role: the names are given one by one
    const decorator = Roles(['orders:write']);

    expect(decorator.KEY).toBe(ROLES_METADATA);
  });
});

describe('@Public()', () => {
  it('marks the controller as public', () => {
    @Public()
    class Sample {}

    expect(Reflect.getMetadata(PUBLIC_METADATA, Sample)).toBe(true);
  });
});
