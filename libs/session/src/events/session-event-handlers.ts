import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { concatMap, filter, type Subscription } from 'rxjs';
import { describeError } from '../common/describe-error.js';
import { ON_SESSION_EVENT_METADATA } from './on-session-event.decorator.js';
import type { SessionEvent, SessionEventType } from './session-event.js';
import { SessionEvents } from './session-events.js';

type Handler = (event: SessionEvent) => unknown;

/** Calls the methods that are decorated with `@OnSessionEvent()`. */
@Injectable()
export class SessionEventHandlers implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('SessionEvents');
  readonly #subscriptions: Subscription[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly events: SessionEvents,
  ) {}

  onModuleInit(): void {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    for (const wrapper of wrappers) {
      const instance: unknown = wrapper.isDependencyTreeStatic() ? wrapper.instance : null;
      if (typeof instance === 'object' && instance !== null) this.#bindMethodsOf(instance);
    }
  }

  onModuleDestroy(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #bindMethodsOf(instance: object): void {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (prototype === null) return;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method = Reflect.get(prototype, name) as Handler;
      const types = Reflect.getMetadata(ON_SESSION_EVENT_METADATA, method) as
        SessionEventType[] | undefined;
      if (types) this.#bind(types, `${instance.constructor.name}.${name}`, method.bind(instance));
    }
  }

  #bind(types: readonly SessionEventType[], name: string, handler: Handler): void {
    const wanted = this.events.all.pipe(
      filter(({ type }) => types.length === 0 || types.includes(type)),
      concatMap(async (event) => {
        try {
          await handler(event);
        } catch (error) {
          this.#logger.error(`${name} failed on '${event.type}': ${describeError(error)}`);
        }
      }),
    );
    this.#subscriptions.push(wanted.subscribe());
  }
}
