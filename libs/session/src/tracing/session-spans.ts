import type { ExecutionContext } from '@nestjs/common';
import {
  type Attributes,
  context,
  type Context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { finalize, Observable, tap } from 'rxjs';
import { routeOf } from '../audit/route-of.js';
import {
  SessionInstrument,
  type SessionOperation,
  type SessionOperationName,
} from '../instruments/session-instrument.js';
import { Session } from '../session/session.js';
import type { ReadSource } from '../source/read-source.js';
import { carrierOf, sessionOf } from '../source/request-session.js';
import { DeferredSpan } from './deferred-span.js';
import { quietly } from './quietly.js';
import { callersContext } from './remote-context.js';
import { receivedMessage, sentMessage } from './rpc-message.js';
import type { TracingSettings } from './session-tracing.options.js';
import { ATTRIBUTES } from './span-attributes.js';
import { setFailure } from './span-outcome.js';
import { activeTraceHeaders, type TraceHeaders } from './trace-headers.js';

/** Holds the span of a decision, for the lookup within it. */
const DECISION = createContextKey('nest-sessions:decision');

/** Operations that decide: their result is allowed unless they throw. */
const DECISIONS: ReadonlySet<SessionOperationName> = new Set(['authorize', 'verify']);

/** Operations whose result is a session, or `null`. */
const LOOKUPS: ReadonlySet<SessionOperationName> = new Set(['introspect', 'find']);

/** Span that is about to begin. */
interface Beginning {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly parent?: Context;
  readonly attributes?: Attributes;
}

/** Records the operations as spans. A span is active during its operation, so that other spans nest in it. */
export class SessionSpans extends SessionInstrument {
  constructor(
    private readonly tracer: Tracer,
    private readonly settings: TracingSettings,
    private readonly source: ReadSource,
  ) {
    super();
  }

  run<Result>(operation: SessionOperation, body: () => Result): Result {
    const { name, context: host, message } = operation;
    if (name === 'find') return this.#find(operation, body);
    if (name === 'handle') return host ? this.#handle(host, body) : body();
    if (name === 'authorize' && host) return this.#authorize(operation, host, body);
    if (name === 'call' && message) {
      const { method, attributes } = sentMessage(message);
      const beginning = { name: method, kind: SpanKind.CLIENT, attributes };
      return this.#within(this.#begin(beginning), context.active(), operation, body);
    }
    const span = this.#begin({ name: `session.${name}` });
    const parent = context.active();
    const within = DECISIONS.has(name) ? parent.setValue(DECISION, span) : parent;
    return this.#within(span, within, operation, body);
  }

  override headers(): TraceHeaders {
    return activeTraceHeaders();
  }

  #authorize<Result>(
    operation: SessionOperation,
    host: ExecutionContext,
    body: () => Result,
  ): Result {
    const parent = callersContext(host);
    const span = this.#begin({ name: 'session.authorize', parent });
    quietly(() => {
      if (span.isRecording()) span.setAttributes(describedRequest(host));
    });
    return this.#within(span, parent.setValue(DECISION, span), operation, body);
  }

  /** A session in memory is an attribute of the decision: its span would take longer than the lookup. */
  #find<Result>(operation: SessionOperation, body: () => Result): Result {
    const active = context.active();
    const decision = active.getValue(DECISION) as Span | undefined;
    const attributes = { [ATTRIBUTES.source]: this.source };
    // Not a child of the active span, which it is itself when a command makes it begin.
    const beginning = { name: 'session.find', attributes, parent: active };
    const span = new DeferredSpan(() => this.#begin(beginning));
    let found: Result;
    try {
      found = context.with(trace.setSpan(active, span), body);
    } catch (error) {
      if (span.hasBegun) fail(span, error);
      throw error;
    }
    if (found instanceof Promise) {
      decision?.setAttribute(ATTRIBUTES.source, this.source);
      this.#endWith(span.begin(), operation, found);
    } else {
      if (found instanceof Session) decision?.setAttribute(ATTRIBUTES.source, 'memory');
      if (span.hasBegun) this.#end(span, operation, found);
    }
    return found;
  }

  /**
   * Runs a handler in the context of its caller. A message has a span of its own, unless an instrumentation of its
   * transport has begun it. The span of an HTTP request is left to the instrumentation of HTTP.
   */
  #handle<Result>(host: ExecutionContext, body: () => Result): Result {
    if (trace.getActiveSpan() !== undefined) return body();
    const parent = callersContext(host);
    const handle = body as () => Observable<unknown>;
    const handled = new Observable((subscriber) => {
      if (host.getType() !== 'rpc') {
        return context.with(parent, () => handle().subscribe(subscriber));
      }
      const { method, attributes } = receivedMessage(host);
      const span = this.#begin({ name: method, kind: SpanKind.SERVER, parent, attributes });
      return context.with(trace.setSpan(parent, span), () =>
        handle()
          .pipe(
            tap({
              error: (error: unknown) => {
                quietly(() => {
                  setFailure(span, error);
                });
              },
            }),
            finalize(() => {
              quietly(() => {
                span.end();
              });
            }),
          )
          .subscribe(subscriber),
      );
    });
    return handled as Result;
  }

  #within<Result>(
    span: Span,
    parent: Context,
    operation: SessionOperation,
    body: () => Result,
  ): Result {
    try {
      const result = context.with(trace.setSpan(parent, span), body);
      if (result instanceof Promise) this.#endWith(span, operation, result);
      else this.#end(span, operation, result);
      return result;
    } catch (error) {
      fail(span, error);
      throw error;
    }
  }

  #endWith(span: Span, operation: SessionOperation, result: Promise<unknown>): void {
    result.then(
      (value: unknown) => {
        this.#end(span, operation, value);
      },
      (error: unknown) => {
        fail(span, error);
      },
    );
  }

  #end(span: Span, operation: SessionOperation, result: unknown): void {
    quietly(() => {
      if (span.isRecording()) span.setAttributes(this.#outcomeOf(operation, result));
      span.end();
    });
  }

  #outcomeOf({ name, sessionId, context: host }: SessionOperation, result: unknown): Attributes {
    const attributes: Attributes = {};
    if (DECISIONS.has(name)) attributes[ATTRIBUTES.outcome] = 'allowed';
    if (LOOKUPS.has(name)) attributes[ATTRIBUTES.found] = result !== null;
    if (!this.settings.sessionIds) return attributes;
    const session = host ? sessionOf(carrierOf(host)) : sessionIn(result);
    const id = session?.id ?? sessionId;
    if (id !== undefined) attributes[ATTRIBUTES.sessionId] = id;
    if (name === 'rotate' && session) attributes[ATTRIBUTES.previousSessionId] = sessionId;
    return attributes;
  }

  /** Begins a span. Without the SDK's answer it is a span that is not recorded. */
  #begin({ name, kind = SpanKind.INTERNAL, parent, attributes = {} }: Beginning): Span {
    const span = quietly(() => this.tracer.startSpan(name, { kind, attributes }, parent));
    return span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }
}

function describedRequest(host: ExecutionContext): Attributes {
  const transport = host.getType<string>();
  const attributes: Attributes = { [ATTRIBUTES.transport]: transport };
  if (transport === 'rpc') return { ...attributes, ...receivedMessage(host).attributes };
  const { route } = routeOf(host);
  if (transport === 'http' && route !== null) attributes[ATTRIBUTES.httpRoute] = route;
  return attributes;
}

/** Returns the session in a result: the session itself, or the session of a sign-in or rotation. */
function sessionIn(result: unknown): Session | null {
  if (result instanceof Session) return result;
  const { session } = Object(result) as { session?: unknown };
  return session instanceof Session ? session : null;
}

function fail(span: Span, error: unknown): void {
  quietly(() => {
    setFailure(span, error);
    span.end();
  });
}
