import { Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { Module } from '@nestjs/common';
import { Public } from '../roles/public.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { drivers } from './test-support/drivers.js';
import { GraphqlShop } from './test-support/graphql-shop.js';
import { OrderFieldsResolver } from './test-support/order-fields.resolver.js';
import { ShopResolver } from './test-support/shop.resolver.js';

const typeDefs = `
  type Book { title: String, cost: String, author: String }
  type Query { books: [Book] }
`;

/** Schema first: each class describes the same type, which code first does not allow. */
const schema = { autoSchemaFile: false, typeDefs };

interface Book {
  readonly title: string;
}

@Resolver('Book')
class BooksResolver {
  @Query()
  books(): Book[] {
    return [];
  }
}

@Roles('admin')
@Resolver('Book')
class ClosedBookResolver extends BooksResolver {
  @ResolveField()
  cost(): string {
    return '1';
  }
}

@Resolver('Book')
class RecentBookResolver extends BooksResolver {
  @RequireRecentSignIn('5m')
  @ResolveField()
  cost(): string {
    return '1';
  }
}

@Resolver('Book')
class OpenBookResolver extends BooksResolver {
  @Public()
  @ResolveField()
  cost(): string {
    return '1';
  }

  @ResolveField()
  author(): string {
    return 'ada';
  }
}

@Resolver('Book')
class ReferencedBookResolver extends BooksResolver {
  @ResolveReference()
  resolve(): Book {
    return { title: 'Notes' };
  }
}

@Resolver('Book')
class PublicReferenceResolver extends BooksResolver {
  @Public()
  @ResolveReference()
  resolve(): Book {
    return { title: 'Notes' };
  }
}

@Module({ providers: [ClosedBookResolver] })
class OtherModule {}

@Module({ providers: [OpenBookResolver] })
class BooksModule {}

const [[, apollo]] = drivers as [(typeof drivers)[0]];

const start = (graphql: object, ...providers: (new () => object)[]) =>
  GraphqlShop.start(apollo, { graphql: { ...schema, ...graphql }, providers });

describe('an application with GraphQL', () => {
  it.each(drivers)(
    'is not started with protected fields without guards on %s',
    async (...given) => {
      const graphql = { ...schema, fieldResolverEnhancers: [] };
      const providers = [RecentBookResolver, ClosedBookResolver];

      await expect(GraphqlShop.start(given[1], { graphql, providers })).rejects.toThrow(
        "GraphQLModule: set fieldResolverEnhancers: ['guards']. Without it, Nest calls no guard for RecentBookResolver.cost, ClosedBookResolver.cost.",
      );
    },
  );

  it.each([
    ['the field', 'RecentBookResolver.cost', RecentBookResolver],
    ['the class', 'ClosedBookResolver.cost', ClosedBookResolver],
    ['no decorator, for a reference', 'ReferencedBookResolver.resolve', ReferencedBookResolver],
  ])('is not started with a field protected by %s', async (_by, field, resolver) => {
    for (const fieldResolverEnhancers of [undefined, [], ['interceptors']]) {
      await expect(start({ fieldResolverEnhancers }, resolver)).rejects.toThrow(
        `Nest calls no guard for ${field}.`,
      );
    }
  });

  it.each([
    ['public and undecorated fields', OpenBookResolver],
    ['public references', PublicReferenceResolver],
  ])('is started with %s', async (_what, resolver) => {
    const shop = await start({ fieldResolverEnhancers: [] }, resolver);

    const { data } = await shop.send('{ __typename }');
    await shop.app.close();

    expect(data).toEqual({ __typename: 'Query' });
  });

  it('is started when the protected fields belong to another schema', async () => {
    const shop = await GraphqlShop.start(apollo, {
      imports: [OtherModule, BooksModule],
      graphql: { ...schema, fieldResolverEnhancers: [], include: [BooksModule] },
      providers: [],
    });

    const { data } = await shop.send('{ __typename }');
    await shop.app.close();

    expect(data).toEqual({ __typename: 'Query' });
  });

  it('is started with guards of fields, which hold', async () => {
    const shop = await GraphqlShop.start(apollo, {
      graphql: { fieldResolverEnhancers: ['guards'] },
      providers: [ShopResolver, OrderFieldsResolver],
    });
    const { bearer } = await shop.signIn(['orders']);

    const { errors } = await shop.send('{ orders { cost } }', bearer);
    await shop.app.close();

    expect(errors).toMatchObject([{ extensions: { code: 'ERR_SESSION_ROLE_REQUIRED' } }]);
  });

  it('is not started with operations in plain resolvers', async () => {
    const resolvers = { Query: { books: () => [] } };

    await expect(start({ resolvers }, BooksResolver)).rejects.toThrow(
      'GraphQLModule: move the resolvers of Query from the option resolvers into a class with @Resolver().',
    );
    await expect(start({ resolvers: [{}, resolvers] }, BooksResolver)).rejects.toThrow('of Query');
  });

  it.each([
    [{ subscriptions: { 'subscriptions-transport-ws': true } }],
    [{ subscriptions: { 'graphql-ws': true, 'subscriptions-transport-ws': {} } }],
    [{ subscriptions: undefined, installSubscriptionHandlers: true }],
  ])('is not started with the legacy protocol of subscriptions: %j', async (graphql) => {
    await expect(start(graphql, BooksResolver)).rejects.toThrow(
      'GraphQLModule: subscriptions-transport-ws cannot be protected.',
    );
  });
});
