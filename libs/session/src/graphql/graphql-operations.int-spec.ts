import { eventually } from '../../../../tools/testing/eventually.js';
import { drivers } from './test-support/drivers.js';
import { type Answer, GraphqlShop } from './test-support/graphql-shop.js';

const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

const codesOf = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code);

describe.each(drivers)('an operation over HTTP on %s', (_name, driver) => {
  let shop: GraphqlShop;

  beforeAll(async () => {
    shop = await GraphqlShop.start(driver);
  });

  afterAll(() => shop.app.close());

  beforeEach(() => {
    shop.log.events.length = 0;
    shop.store.reads = shop.store.freshReads = shop.store.touches = 0;
    shop.store.isAway = false;
  });

  it('reaches its resolver with a bearer token or a cookie, and knows the session there', async () => {
    const { bearer, cookie } = await shop.signIn();

    for (const headers of [bearer, cookie]) {
      const { data, errors } = await shop.send('{ me }', headers);
      expect(errors).toEqual([]);
      expect(data).toEqual({ me: 'ada,ada,ada' });
    }
  });

  it('is denied without a session, with the stable code, and recorded with its field', async () => {
    const answer = await shop.send('{ me }');

    expect(answer.errors).toMatchObject([
      {
        message: 'Sign in: this request needs a valid session.',
        path: ['me'],
        extensions: { code: 'ERR_SESSION_REQUIRED', status: 401 },
      },
    ]);
    expect(answer.status).toBe(200);
    expect(shop.denials).toMatchObject([
      { event: 'session.denied', door: 'graphql', route: 'Query.me', reason: 'anonymous' },
    ]);
  });

  it('fails alone, and leaves the data of the other operations of the request', async () => {
    const { bearer } = await shop.signIn(['other']);
    const answer = await shop.send('{ status orders { id } }', bearer);

    expect(codesOf(answer)).toEqual(['ERR_SESSION_ROLE_REQUIRED']);
    expect(answer.data).toBeNull();
    expect(shop.denials).toMatchObject([
      { event: 'session.denied', route: 'Query.orders', reason: 'role' },
    ]);
  });

  it('is open to strangers with @Public() and @OptionalSession()', async () => {
    const { bearer } = await shop.signIn();

    expect((await shop.send('{ status greeting }')).data).toEqual({
      status: 'up',
      greeting: 'Hello, guest',
    });
    expect((await shop.send('{ greeting }', bearer)).data).toEqual({ greeting: 'Hello, ada' });
  });

  it('requires a recent sign-in, and returns the members of the denial', async () => {
    const { bearer, session } = await shop.signIn();
    expect((await shop.send('{ recent }', bearer)).data).toEqual({ recent: true });

    const service = await GraphqlShop.start(driver, {
      session: { store: shop.store, reauthenticateAt: '/again' },
    });
    const now = jest.spyOn(Date, 'now').mockReturnValue(session.authenticatedAt + 6 * 60_000);
    const answer = await service.send('{ recent }', bearer);
    now.mockRestore();
    await service.app.close();

    expect(answer.errors).toMatchObject([
      {
        extensions: {
          code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
          status: 403,
          reauthenticate: '/again',
        },
      },
    ]);
  });

  it('requires the role of the service', async () => {
    const { bearer } = await shop.signIn(['orders']);
    const service = await GraphqlShop.start(driver, {
      session: { store: shop.store, requiredRole: 'admin' },
    });

    const answer = await service.send('{ me status }', bearer);
    await service.app.close();

    expect(codesOf(answer)).toEqual(['ERR_SESSION_ROLE_REQUIRED']);
  });

  it('is answered 503 in its extensions while the store is away', async () => {
    const { bearer } = await shop.signIn();
    shop.store.isAway = true;

    const answer = await shop.send('{ me }', bearer);

    expect(answer.errors).toMatchObject([
      { extensions: { code: 'ERR_SESSION_STORE_UNAVAILABLE', status: 503 } },
    ]);
  });

  it('answers the errors of the library that a resolver throws in the same form', async () => {
    const { bearer } = await shop.signIn();
    const answers = [await shop.send('{ denied }', bearer), await shop.send('{ away }', bearer)];

    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([
      { path: ['denied'], extensions: { code: 'ERR_SESSION_REQUIRED', status: 401 } },
      { path: ['away'], extensions: { code: 'ERR_SESSION_STORE_UNAVAILABLE', status: 503 } },
    ]);
  });

  it('is denied when a page of another origin sends it with the cookie, also when public', async () => {
    const { bearer, cookie } = await shop.signIn();

    for (const query of ['{ me }', 'mutation { buy }', 'mutation { forget }']) {
      expect(codesOf(await shop.send(query, { ...cookie, ...FOREIGN }))).toEqual([
        'ERR_SESSION_CROSS_ORIGIN',
      ]);
    }
    expect((await shop.send('mutation { buy }', { ...bearer, ...FOREIGN })).errors).toEqual([]);
    const own = { ...cookie, origin: new URL(shop.url).origin };
    expect((await shop.send('mutation { buy }', own)).data).toEqual({ buy: true });
  });

  it('is denied with a signed call of another service', async () => {
    expect(codesOf(await shop.send('{ me }', { 'x-session-call': 'signed' }))).toEqual([
      'ERR_SESSION_CALL_REFUSED',
    ]);
  });

  it('follows the rules of HTTP for GET: queries from anywhere, and no mutation', async () => {
    const { cookie } = await shop.signIn();

    expect((await shop.get('{ me }', { ...cookie, ...FOREIGN })).data).toMatchObject({
      me: 'ada,ada,ada',
    });
    expect((await shop.get('mutation { buy }', cookie)).data).toBeNull();
  });

  it('may not be stored by caches', async () => {
    const { bearer } = await shop.signIn();
    const answers = [
      await shop.send('{ me }', bearer),
      await shop.get('{ me }', bearer),
      await shop.send('{ me }'),
      await shop.send('{ status me }', bearer),
      await shop.send('{ hinted }', bearer),
      await shop.get('{ shared hinted }', bearer),
    ];

    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });

  it('looks the session up once for all its fields', async () => {
    const { bearer } = await shop.signIn(['orders', 'admin']);
    const fields = Array.from({ length: 20 }, (_, index) => `f${String(index)}: me`).join(' ');

    expect((await shop.send(`{ ${fields} }`, bearer)).errors).toEqual([]);
    expect([shop.store.reads, shop.store.touches]).toEqual([1, 1]);

    const { data } = await shop.send('{ orders(count: 20) { id cost owner price label } }', bearer);
    expect(data?.orders).toHaveLength(20);
    expect([shop.store.reads, shop.store.touches]).toEqual([2, 2]);
  });

  it('reads past the caches once for all fields with @SkipCache()', async () => {
    const { bearer } = await shop.signIn();

    await shop.send('{ me a: fresh b: fresh c: me }', bearer);

    expect([shop.store.reads, shop.store.freshReads]).toEqual([2, 1]);
  });

  it('looks the session up again for each operation of a mutation', async () => {
    const { bearer } = await shop.signIn();

    const answer = await shop.send('mutation { signOut buy }', bearer);

    expect(answer.errors).toMatchObject([
      { path: ['buy'], extensions: { code: 'ERR_SESSION_REQUIRED' } },
    ]);
  });

  it('is denied as soon as the session has ended', async () => {
    const { bearer, session } = await shop.signIn();
    await shop.send('{ me }', bearer);

    await shop.manager.revoke(session.id);

    expect(codesOf(await shop.send('{ me }', bearer))).toEqual(['ERR_SESSION_REQUIRED']);
  });

  it('counts as use of the session', async () => {
    const { bearer } = await shop.signIn();
    await shop.send('{ me }', bearer);
    await eventually(() => shop.store.touches === 1);

    await shop.send('{ status }', bearer);
    expect(shop.store.touches).toBe(1);
  });

  describe('with fields', () => {
    it('denies the fields whose roles are missing', async () => {
      const { bearer } = await shop.signIn(['orders']);
      const answer = await shop.send('{ orders { id owner label cost } }', bearer);

      expect(answer.errors).toMatchObject([
        {
          path: ['orders', expect.anything(), 'cost'],
          extensions: { code: 'ERR_SESSION_ROLE_REQUIRED' },
        },
      ]);
      expect(shop.denials).toMatchObject([{ route: 'Order.cost' }]);
    });

    it('resolves the fields whose roles the session has', async () => {
      const { bearer } = await shop.signIn(['orders', 'admin']);
      const { data } = await shop.send('{ orders { owner label cost price } }', bearer);

      expect(data).toEqual({
        orders: [{ owner: 'ada', label: 'Order o-0', cost: 'o-0:ada', price: 'price for ada' }],
      });
    });
  });
});
