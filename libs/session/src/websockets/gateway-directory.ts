import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { connect, type Gateway } from './gateway.js';

/** Metadata keys of `@WebSocketGateway()`, which Nest does not export. */
const GATEWAY = 'websockets:is_gateway';
const PORT = 'port';
const OPTIONS = 'websockets:gateway_options';

/** Namespace that every client of socket.io may join. */
export const ROOT = '/';

interface GatewayOptions {
  readonly path?: string;
  readonly namespace?: unknown;
}

/** Finds the gateways of the application. */
@Injectable()
export class GatewayDirectory {
  #gateways: readonly Gateway[] | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** All gateways that Nest connects to a server. */
  get all(): readonly Gateway[] {
    return (this.#gateways ??= this.#discover());
  }

  /** Gateways on one server. Nest creates one server for each port and path. */
  on(port: number, path: string | undefined): Gateway[] {
    return this.all.filter((gateway) => gateway.port === port && gateway.path === path);
  }

  #discover(): Gateway[] {
    const found = new Map<Type, Gateway>();
    for (const { metatype, isNotMetatype } of this.discovery.getProviders()) {
      // Nest connects no gateway that a factory or a value provides.
      if (isNotMetatype || typeof metatype !== 'function') continue;
      if (Reflect.getMetadata(GATEWAY, metatype) !== true) continue;
      found.set(metatype as Type, gatewayOf(metatype as Type));
    }
    return [...found.values()];
  }
}

function gatewayOf(type: Type): Gateway {
  const { path, namespace } = (Reflect.getMetadata(OPTIONS, type) ?? {}) as GatewayOptions;
  const { handleConnection } = type.prototype as { handleConnection?: () => void };
  return {
    type,
    handler: typeof handleConnection === 'function' ? handleConnection : connect,
    port: (Reflect.getMetadata(PORT, type) as number | undefined) ?? 0,
    path,
    namespace: namespaceOf(namespace),
  };
}

/** Returns a namespace as socket.io names it. */
export function namespaceOf(namespace: unknown): unknown {
  if (typeof namespace !== 'string') return namespace ?? ROOT;
  return namespace.startsWith('/') ? namespace : `/${namespace}`;
}
