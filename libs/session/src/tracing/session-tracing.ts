import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { readSourceOf } from '../source/read-source.js';
import { isTraced } from './is-traced.js';
import { SessionSpans } from './session-spans.js';
import { SESSION_TRACING_MODULE_OPTIONS } from './session-tracing.module-definition.js';
import {
  type SessionTracingOptions,
  type TracingSettings,
  tracingSettingsOf,
} from './session-tracing.options.js';

/** Name of the instrumentation scope of all spans. */
const SCOPE = 'nest-sessions';

/** Adds the spans to the operations of this application, if the process has an OpenTelemetry SDK. */
@Injectable()
export class SessionTracing implements OnModuleInit {
  readonly #settings: TracingSettings;

  constructor(
    @Inject(SESSION_TRACING_MODULE_OPTIONS) options: SessionTracingOptions,
    private readonly modules: ModuleRef,
    private readonly instruments: SessionInstruments,
  ) {
    this.#settings = tracingSettingsOf(options);
  }

  /** @internal Hook that Nest calls. */
  onModuleInit(): void {
    // Spans that are not recorded would still cost each request their closures.
    if (!isTraced(SCOPE)) return;
    this.instruments.add(
      new SessionSpans(trace.getTracer(SCOPE), this.#settings, readSourceOf(this.modules)),
    );
  }
}
