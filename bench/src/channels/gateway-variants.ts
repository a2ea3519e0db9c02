/** Applications that hold the sockets. */
export const GATEWAY_VARIANTS = ['bare', 'direct', 'near-cached'] as const;

export type GatewayVariant = (typeof GATEWAY_VARIANTS)[number];

export type GuardedVariant = Exclude<GatewayVariant, 'bare'>;

export const LABELS: Readonly<Record<GatewayVariant, string>> = {
  bare: 'no guard',
  direct: 'Nest Sessions',
  'near-cached': 'Nest Sessions, near-cached',
};
