import type { Measured } from './measure-costs';
import type { Ingress, ServiceKind } from './topology';
import type { Counter, TopologySystem } from './topology-system';

/** A way to create an order. The orders app asks products for the price on behalf of the user. */
export interface CallTopology extends Measured {
  readonly orders: Counter;
  readonly products: Counter;
}

interface Way {
  readonly name: string;
  /** Session source of both services. */
  readonly kind: ServiceKind;
  readonly orders: Counter;
  readonly ingress: Ingress;
}

const WAYS: readonly Way[] = [
  { name: 'redis, the token', kind: 'redis', orders: 'orders redis', ingress: 'service' },
  { name: 'redis, signed', kind: 'redis', orders: 'orders redis, signed', ingress: 'service' },
  { name: 'rpc, signed', kind: 'rpc', orders: 'orders rpc', ingress: 'service' },
  { name: 'gateway, signed', kind: 'gateway', orders: 'orders gateway', ingress: 'verify' },
];

const CREATED = 201;

/** @param token Token of a user who may order. */
export function callTopologies(
  system: TopologySystem,
  callers: readonly ServiceKind[],
  token: string,
): CallTopology[] {
  const call = { method: 'POST', body: JSON.stringify({ productId: 'tea', quantity: 1 }) };
  return WAYS.filter(({ kind }) => callers.includes(kind)).map(
    ({ name, kind, orders, ingress }) => ({
      name,
      orders,
      products: `products ${kind}`,
      exchange: system.exchangeWith(ingress, orders, token, call),
      expected: CREATED,
    }),
  );
}
