import {
  decideOn,
  type FieldInfo,
  graphqlCarrierOf,
  graphqlFieldOf,
  graphqlRequestOf,
  noteGraphqlRequest,
} from './graphql-field.js';

const request = { headers: {}, method: 'POST' };

describe('graphqlFieldOf', () => {
  const context = {};
  const info = { fieldName: 'tea' };

  it('finds the context and the info of a field', () => {
    expect(graphqlFieldOf([undefined, {}, context, info])).toEqual({ context, info });
  });

  it("finds them for a federation's reference, which has no arguments", () => {
    expect(graphqlFieldOf([{ id: '1' }, context, info])).toEqual({ context, info });
  });

  it('returns null without an info', () => {
    expect(graphqlFieldOf([undefined, {}]).info).toBeNull();
  });
});

describe('graphqlRequestOf', () => {
  it('finds the request in the context of each driver', () => {
    for (const context of [
      { req: request },
      { req: { extra: { request } } },
      { request },
      { reply: { request } },
      { extra: { request } },
    ]) {
      expect(graphqlRequestOf(context)).toBe(request);
    }
  });

  it('ignores what is no request', () => {
    for (const context of [
      undefined,
      null,
      'text',
      {},
      { req: {}, request: 'text', extra: null },
    ]) {
      expect(graphqlRequestOf(context)).toBeNull();
    }
  });

  it('prefers the noted request, also in a copy of the context', () => {
    const context = { req: { headers: {} } };
    noteGraphqlRequest(context, request);

    expect(graphqlRequestOf({ ...context })).toBe(request);
    expect(graphqlRequestOf(Object.create(context))).toBe(request);
  });

  it('notes that there is no request', () => {
    for (const other of [undefined, {}, 'text']) {
      const context = { request };
      noteGraphqlRequest(context, other);

      expect(graphqlRequestOf(context)).toBeNull();
    }
  });
});

describe('graphqlCarrierOf', () => {
  const carrierOf = (info: FieldInfo) => graphqlCarrierOf([{}, {}, { req: request }, info]);
  const root: FieldInfo = { path: { key: 'orders' } };
  const inner: FieldInfo = {
    path: { key: 'cost', prev: { key: 0, ...(root.path && { prev: root.path }) } },
  };

  it('is the request before a guard has decided', () => {
    expect(carrierOf(root)).toBe(request);
  });

  it('is the field of a guard, for itself and for the fields in it', () => {
    decideOn(root);

    expect([carrierOf(root), carrierOf(inner)]).toEqual([root, root]);
  });

  it('is the inner field when its guard has decided', () => {
    decideOn(inner);

    expect(carrierOf(inner)).toBe(inner);
    expect(carrierOf(root)).toBe(root);
  });

  it('is another object for each execution of a field', () => {
    const again: FieldInfo = { path: { key: 'orders' } };
    decideOn(again);

    expect(carrierOf(again)).not.toBe(root);
  });
});
