import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { eventually } from '../../../../../tools/testing/eventually.js';

/** The OpenTelemetry SDK, with its exporter that keeps spans in memory. */
export class RecordedTraces {
  readonly #exporter = new InMemorySpanExporter();
  readonly #provider: NodeTracerProvider;

  private constructor(others: readonly SpanProcessor[]) {
    const own = new SimpleSpanProcessor(this.#exporter);
    this.#provider = new NodeTracerProvider({ spanProcessors: [own, ...others] });
  }

  /**
   * Starts the SDK for this process.
   *
   * @param others Processors that receive the spans after the exporter.
   */
  static start(...others: SpanProcessor[]): RecordedTraces {
    const traces = new RecordedTraces(others);
    traces.#provider.register();
    return traces;
  }

  /** Ends the SDK, so that the API does nothing again. */
  async stop(): Promise<void> {
    trace.disable();
    context.disable();
    propagation.disable();
    await this.#provider.shutdown();
  }

  /** Forgets the spans so far. */
  clear(): void {
    this.#exporter.reset();
  }

  /** Ended spans. */
  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  named(name: string): ReadableSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** Resolves to the last span of a name, once it has ended. */
  async last(name: string): Promise<ReadableSpan> {
    let found: ReadableSpan[] = [];
    await eventually(() => (found = this.named(name).slice(-1)).length > 0);
    const [last] = found;
    if (last === undefined) throw new Error(`No span is named ${name}`);
    return last;
  }

  /** Returns the spans as a tree: each line is a name, after two spaces for each parent. */
  async treeOf(traceId: string, size: number): Promise<string[]> {
    const own = () => this.spans.filter((span) => span.spanContext().traceId === traceId);
    await eventually(() => own().length >= size);
    const lines: string[] = [];
    const add = (parent: string | undefined, depth: number) => {
      for (const span of own().filter((it) => it.parentSpanContext?.spanId === parent)) {
        lines.push('  '.repeat(depth) + span.name);
        add(span.spanContext().spanId, depth + 1);
      }
    };
    add(CALLER.spanId, 0);
    return lines;
  }
}

/** Span of a caller outside of the tests' services, whose trace is sampled. */
export const CALLER = {
  spanId: '00f067aa0ba902b7',
  kind: SpanKind.CLIENT,
  /** Returns the header of a request in a trace. */
  headersIn: (traceId: string) => ({ traceparent: `00-${traceId}-${CALLER.spanId}-01` }),
};
