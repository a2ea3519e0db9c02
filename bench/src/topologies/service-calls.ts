import type { Measured } from './measure-costs';
import type { Door, ServiceKind } from './topology';
import type { Counter, TopologySystem } from './topology-system';

/** A way to order, where orders asks products for the price on behalf of the user. */
export interface CallTopology extends Measured {
  readonly orders: Counter;
  readonly products: Counter;
}

interface Way {
  readonly name: string;
  /** How both services learn who is asking. */
  readonly kind: ServiceKind;
  readonly orders: Counter;
  readonly door: Door;
}

const WAYS: readonly Way[] = [
  { name: 'redis, the token', kind: 'redis', orders: 'orders redis', door: 'service' },
  { name: 'redis, signed', kind: 'redis', orders: 'orders redis, signed', door: 'service' },
  { name: 'rpc, signed', kind: 'rpc', orders: 'orders rpc', door: 'service' },
  { name: 'gateway, signed', kind: 'gateway', orders: 'orders gateway', door: 'verify' },
];

const CREATED = 201;

/** @param token Of a user who may order. */
export function callTopologies(
  system: TopologySystem,
  callers: readonly ServiceKind[],
  token: string,
): CallTopology[] {
  const call = { method: 'POST', body: JSON.stringify({ productId: 'tea', quantity: 1 }) };
  return WAYS.filter(({ kind }) => callers.includes(kind)).map(({ name, kind, orders, door }) => ({
    name,
    orders,
    products: `products ${kind}`,
    exchange: system.exchangeWith(door, orders, token, call),
    expected: CREATED,
  }));
}
