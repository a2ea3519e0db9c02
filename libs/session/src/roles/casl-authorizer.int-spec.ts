import {
  AbilityBuilder,
  createMongoAbility,
  type ForcedSubject,
  type MongoAbility,
  subject,
} from '@casl/ability';
import {
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type INestApplication,
  Param,
  Put,
} from '@nestjs/common';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { withBearer } from '../../test-support/requests.js';
import { SessionIssuerModule, SessionManager } from '../issuer/index.js';
import { SessionModule } from '../session.module.js';
import type { Session } from '../session/session.js';
import type { Role } from '../session/session-types.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import type { TokenRequest } from '../token/token-headers.js';
import { Roles } from './roles.decorator.js';
import { SessionAuthorizer } from './session-authorizer.js';

type Action = 'read' | 'update';

/** Fields of an order that the rules read. */
interface OrderFacts {
  readonly tenant: unknown;
  readonly ownerId: unknown;
}

type Ability = MongoAbility<[Action, 'Order' | (OrderFacts & ForcedSubject<'Order'>)]>;

const PERMISSION = /^can:(read|update):(Order)$/;

/**
 * Requires a permission. It is stored as a role, so that the access catalogue publishes it, and a gateway
 * decides about it as well.
 */
const Can = (action: Action, type: 'Order') => Roles(`can:${action}:${type}` as Role);

/** Rules of the application: roles such as `acme/support` are valid in one tenant. */
function abilityOf({ user, roles }: Session): Ability {
  const { can, build } = new AbilityBuilder<Ability>(createMongoAbility);
  for (const [tenant, role] of roles.map((it) => it.split('/'))) {
    if (role === 'support') can('read', 'Order', { tenant });
    if (role === 'customer') can(['read', 'update'], 'Order', { tenant, ownerId: user.id });
  }
  return build();
}

@Injectable()
class CaslAuthorizer extends SessionAuthorizer {
  /** A session never changes: its ability is computed once. */
  readonly #abilities = new WeakMap<Session, Ability>();

  protected override hasRole(
    session: Session,
    role: string,
    request: TokenRequest,
    context?: ExecutionContext,
  ): boolean {
    const [, action, type] = PERMISSION.exec(role) ?? [];
    if (type !== 'Order') return super.hasRole(session, role, request, context);
    const ability = this.#abilityOf(session);
    // A gateway does not know the order. It rejects users without any such permission.
    if (context === undefined) return ability.can(action as Action, 'Order');
    return ability.can(action as Action, subject('Order', factsOf(context)));
  }

  #abilityOf(session: Session): Ability {
    let ability = this.#abilities.get(session);
    if (ability === undefined) this.#abilities.set(session, (ability = abilityOf(session)));
    return ability;
  }
}

/** Reads the order's tenant and owner from the request: `PUT /users/:ownerId/orders`, `X-Tenant`. */
function factsOf(context: ExecutionContext): OrderFacts {
  const { headers, params } = context.switchToHttp().getRequest<{
    headers: Record<string, unknown>;
    params: Record<string, string>;
  }>();
  return { tenant: headers['x-tenant'], ownerId: params.ownerId };
}

@Controller('users/:ownerId/orders')
class OrdersController {
  @Get()
  @Can('read', 'Order')
  list(@Param('ownerId') ownerId: string): string {
    return `orders of ${ownerId}`;
  }

  @Put()
  @Can('update', 'Order')
  update(@Param('ownerId') ownerId: string): string {
    return `updated orders of ${ownerId}`;
  }
}

describe.each(httpAdapters)('abilities of CASL on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore(), authorizer: CaslAuthorizer }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [OrdersController],
    }));
  });
  afterAll(() => app.close());

  /** Signs a user in, and returns a function that sends requests about orders. */
  async function signedIn(id: string, roles: string[]) {
    const user = { id, username: id };
    const { token } = await app.get(SessionManager).create({ user, roles });
    return async (method: string, ownerId: string, tenant?: string): Promise<number> => {
      const headers = { ...withBearer(token).headers, ...(tenant && { 'X-Tenant': tenant }) };
      const { status } = await fetch(`${url}/users/${ownerId}/orders`, { method, headers });
      return status;
    };
  }

  it('let customers read and update their own orders, in their tenant', async () => {
    const carol = await signedIn('carol', ['acme/customer']);

    expect(await carol('GET', 'carol', 'acme')).toBe(200);
    expect(await carol('PUT', 'carol', 'acme')).toBe(200);
    expect(await carol('PUT', 'dave', 'acme')).toBe(403);
    expect(await carol('PUT', 'carol', 'globex')).toBe(403);
    expect(await carol('PUT', 'carol')).toBe(403);
  });

  it('let the support of a tenant read orders of all its users, and update none', async () => {
    const sam = await signedIn('sam', ['acme/support']);

    expect(await sam('GET', 'carol', 'acme')).toBe(200);
    expect(await sam('GET', 'carol', 'globex')).toBe(403);
    expect(await sam('PUT', 'carol', 'acme')).toBe(403);
  });

  it('reject a session with a role that is spelt like a permission', async () => {
    const eve = await signedIn('eve', ['can:read:Order']);

    expect(await eve('GET', 'eve', 'acme')).toBe(403);
  });
});

describe('abilities of CASL at a gateway', () => {
  const authorizer = new CaslAuthorizer();
  const decide = (role: string, permission: string) =>
    authorizer.authorize(
      sampleSession({ roles: [role] }),
      { anyOf: [permission], isServicesOnly: false, skipsCache: false, maxSignInAge: null },
      undefined,
      { headers: {} },
    );

  it('reject users without the permission on any order', () => {
    expect(decide('acme/support', 'can:read:Order')).toBe('authorized');
    expect(decide('acme/support', 'can:update:Order')).toBe('role-required');
    expect(decide('acme/visitor', 'can:read:Order')).toBe('role-required');
  });
});
