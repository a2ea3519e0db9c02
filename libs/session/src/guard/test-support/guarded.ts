import type { ExecutionContext, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { DenialAudit } from '../../audit/denial-audit.js';
import { BindingCheck } from '../../binding/binding-check.js';
import { BindingSignals } from '../../binding/binding-signals.js';
import { type BindingOptions, bindingRulesOf } from '../../binding/binding.options.js';
import { SameClientCheck } from '../../binding/same-client.check.js';
import { CallKeys, callKeysOf, type CallOptions } from '../../calls/call.options.js';
import { type CalledMessage, type CalledUrl, contentOf } from '../../calls/call-content.js';
import { CallTokens } from '../../calls/call-tokens.js';
import { MessageTransport } from '../../calls/message.transport.js';
import { RpcDenial } from '../../calls/rpc-denial.js';
import { SignedCallVerifier } from '../../calls/signed-call.verifier.js';
import { SessionException } from '../../errors/session-exception.js';
import { type SessionModuleOptions, SessionOptions } from '../../options/session.options.js';
import { AccessRules } from '../../roles/access-rules.js';
import { SessionAuthorizer } from '../../roles/session-authorizer.js';
import type { SessionFields } from '../../session/session.js';
import { StoredSessionSource } from '../../source/stored-session.source.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';
import { KeptSecurityLog } from '../../../test-support/kept-security-log.js';
import { nativeAdapterHost, nativeResponse } from '../../../test-support/native-adapter.js';
import { sampleSession } from '../../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../../token/session-token.js';
import { TokenExtractor } from '../../token/token-extractor.js';
import { WebSocketTransport } from '../../websockets/websocket.transport.js';
import { SessionInstruments } from '../../instruments/session-instruments.js';
import { WsDenial } from '../../websockets/ws-denial.js';
import { Denials } from '../denials.js';
import { IncomingCalls } from '../incoming-calls.js';
import { SessionChecks } from '../session-checks.js';
import { SessionTransports } from '../session-transports.js';
import { SessionGuard } from '../session.guard.js';

/** Secret that every service of the tests signs its calls with. */
export const SECRET = 'a secret of the tests, with more than 32 bytes';

/** A controller class and the name of one of its handlers. */
export type Route<Controller extends object = object> = readonly [
  controller: Type<Controller>,
  handler: Extract<keyof Controller, string>,
];

/** Parts of an Express or Fastify request that the guard reads. */
interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly [part: string]: unknown;
}

/** Modules next to `SessionModule`, and their options. */
export interface Features {
  /** Options of `SessionCallsModule`; `null` without the module. By default, calls carry the user's token. */
  readonly calls?: CallOptions | null;
  /** Options of `SessionBindingModule`; `undefined` without the module. */
  readonly binding?: BindingOptions;
  /** Whether `SessionWebSocketsModule` is imported; by default it is. */
  readonly webSockets?: boolean;
}

/** The guard with the collaborators that the modules give it, on a store in memory. */
export class Guarded {
  readonly options: SessionOptions;
  readonly tokens: TokenExtractor;
  readonly log = new KeptSecurityLog();
  readonly guard: SessionGuard;

  constructor(
    given: Omit<SessionModuleOptions, 'store'> & Features = {},
    readonly store = new MemorySessionStore(),
  ) {
    const { calls = { forwardToken: true }, binding, webSockets = true, ...options } = given;
    this.options = new SessionOptions({ ...options, store });
    this.tokens = new TokenExtractor(this.options);
    const transports = transportsOf({ calls, webSockets });
    this.guard = new SessionGuard(
      this.options,
      new AccessRules(new Reflector()),
      new SessionAuthorizer(),
      new StoredSessionSource(this.tokens, store),
      new IncomingCalls(this.tokens, calls ? this.#verifierOf(calls) : undefined),
      this.tokens,
      nativeAdapterHost(),
      transports,
      this.#checksOf(binding),
      new Denials(
        this.options,
        nativeAdapterHost(),
        new DenialAudit(this.log, this.tokens),
        transports,
      ),
      new SessionInstruments(),
    );
  }

  #verifierOf(calls: CallOptions): SignedCallVerifier {
    return new SignedCallVerifier(new CallTokens(this.options.service ?? '', callKeysOf(calls)));
  }

  #checksOf(binding: BindingOptions | undefined): SessionChecks {
    const checks = new SessionChecks();
    if (binding) {
      const rules = bindingRulesOf(binding);
      const check = new BindingCheck(rules, new BindingSignals(this.log, rules.onSignal));
      new SameClientCheck(checks, check, this.options);
    }
    return checks;
  }

  /** Stores a session and returns its token. */
  async signIn(changes: Partial<SessionFields> = {}): Promise<string> {
    const token = createToken();
    await this.store.insert(sampleSession({ id: sessionIdOf(token), ...changes }));
    return token;
  }

  /** Resolves to the denial, or to `null` when the guard admits the request. */
  async denialOf(context: ExecutionContext): Promise<SessionException | null> {
    try {
      expect(await this.guard.canActivate(context)).toBe(true);
      return null;
    } catch (error) {
      const denial = error instanceof RpcDenial || error instanceof WsDenial ? error.denial : error;
      if (denial instanceof SessionException) return denial;
      throw error;
    }
  }

  /** Resolves to the status of a denial, or to 200 when the guard admits the request. */
  async statusOf(context: ExecutionContext): Promise<number> {
    return (await this.denialOf(context))?.getStatus() ?? 200;
  }

  /** Calls the handler with its decorated parameters once the guard has admitted the request. */
  async handle(context: ExecutionContextHost): Promise<unknown> {
    expect(await this.denialOf(context)).toBeNull();
    const controller = new (context.getClass<object>())();
    return context.getHandler().apply(controller, parametersOf(context)) as unknown;
  }
}

/** Returns the transports that the modules add, by default all of them. */
export function transportsOf({ calls, webSockets = true }: Features = {}): SessionTransports {
  const transports = new SessionTransports();
  if (calls !== null) new MessageTransport(transports);
  if (webSockets) new WebSocketTransport(transports, { renewedBy: 'messages' });
  return transports;
}

/** An HTTP request to a route, as Nest hands it to a guard. */
export function httpRequest<C extends object>(
  route: Route<C>,
  { headers = {}, ...parts }: RequestParts = {},
): ExecutionContextHost {
  return contextOf('http', route, [
    { method: 'GET', url: '/', headers, ...parts },
    nativeResponse(),
  ]);
}

/** A message to a handler, as Nest hands it to a guard. */
export function message<C extends object>(
  route: Route<C>,
  data: unknown,
  carrier: object = {},
): ExecutionContextHost {
  return contextOf('rpc', route, [data, carrier]);
}

/** A context of any transport, with the arguments that Nest gives to the handler. */
export function contextOf<C extends object>(
  type: string,
  [controller, handler]: Route<C>,
  args: unknown[],
): ExecutionContextHost {
  const context = new ExecutionContextHost(args, controller, handlerOf(controller, handler));
  context.setType(type);
  return context;
}

/** Response of an HTTP request that {@link httpRequest} made. */
export function responseTo(context: ExecutionContext): ReturnType<typeof nativeResponse> {
  return context.switchToHttp().getResponse();
}

/**
 * Returns the header of a call that another service signs, on behalf of a session unless `reference` is
 * `null`.
 *
 * @param call Call for which the signature is valid, by default the call of {@link httpRequest}.
 */
export function signedCall(
  from: string,
  to: string,
  reference: string | null = null,
  call: CalledMessage | CalledUrl = { url: 'http://service/' },
): Record<'x-session-call', string> {
  const tokens = new CallTokens(from, new CallKeys({ secret: SECRET }));
  return { 'x-session-call': tokens.sign(to, reference, contentOf(call)) };
}

function handlerOf(controller: Type<object>, name: string): () => unknown {
  return Reflect.get(controller.prototype as object, name) as () => unknown;
}

interface DecoratedParameter {
  readonly index: number;
  readonly factory: (data: unknown, context: ExecutionContext) => unknown;
}

/** Returns the values of the parameters that `createParamDecorator()` decorates. */
function parametersOf(context: ExecutionContext): unknown[] {
  const decorated = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) as Readonly<Record<string, DecoratedParameter>> | undefined;
  const values: unknown[] = [];
  for (const { index, factory } of Object.values(decorated ?? {})) {
    values[index] = factory(undefined, context);
  }
  return values;
}
