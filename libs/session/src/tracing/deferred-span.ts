import type { Span, SpanContext } from '@opentelemetry/api';

/**
 * Span that begins when another span names it as its parent. An operation that turns out to be nothing but a look
 * into memory then has no span, and a read still is the parent of the command that it sends.
 */
export class DeferredSpan implements Span {
  #span: Span | null = null;

  constructor(private readonly start: () => Span) {}

  get hasBegun(): boolean {
    return this.#span !== null;
  }

  /** Begins the span, unless it has begun, and returns it. */
  begin(): Span {
    return (this.#span ??= this.start());
  }

  spanContext(): SpanContext {
    return this.begin().spanContext();
  }

  isRecording(): boolean {
    return this.begin().isRecording();
  }

  setAttribute(...args: Parameters<Span['setAttribute']>): this {
    this.begin().setAttribute(...args);
    return this;
  }

  setAttributes(...args: Parameters<Span['setAttributes']>): this {
    this.begin().setAttributes(...args);
    return this;
  }

  addEvent(...args: Parameters<Span['addEvent']>): this {
    this.begin().addEvent(...args);
    return this;
  }

  addLink(...args: Parameters<Span['addLink']>): this {
    this.begin().addLink(...args);
    return this;
  }

  addLinks(...args: Parameters<Span['addLinks']>): this {
    this.begin().addLinks(...args);
    return this;
  }

  setStatus(...args: Parameters<Span['setStatus']>): this {
    this.begin().setStatus(...args);
    return this;
  }

  updateName(...args: Parameters<Span['updateName']>): this {
    this.begin().updateName(...args);
    return this;
  }

  recordException(...args: Parameters<Span['recordException']>): void {
    this.begin().recordException(...args);
  }

  end(...args: Parameters<Span['end']>): void {
    this.begin().end(...args);
  }
}
