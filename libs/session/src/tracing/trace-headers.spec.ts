import { context, propagation, trace, TraceFlags } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { activeTraceHeaders, traceHeadersFrom } from './trace-headers.js';

const SPAN = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: TraceFlags.SAMPLED,
};

describe('the headers of a trace', () => {
  beforeAll(() => {
    // Propagates baggage as well.
    new NodeTracerProvider().register();
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('name the active span, and carry no baggage', () => {
    const baggage = propagation.createBaggage({ user: { value: 'ada-lovelace' } });
    const active = propagation.setBaggage(trace.setSpanContext(context.active(), SPAN), baggage);
    const injected: Record<string, string> = {};
    propagation.inject(active, injected);
    expect(injected).toHaveProperty('baggage');
    expect(context.with(active, activeTraceHeaders)).toEqual({
      traceparent: `00-${SPAN.traceId}-${SPAN.spanId}-01`,
    });
  });

  it('are missing without an active span', () => {
    expect(activeTraceHeaders()).toEqual({});
  });

  it('are missing when the propagator of the application fails', () => {
    propagation.disable();
    propagation.setGlobalPropagator({
      inject: () => {
        throw new Error('of the propagator');
      },
      extract: (given) => given,
      fields: () => [],
    });
    const active = trace.setSpanContext(context.active(), SPAN);
    expect(context.with(active, activeTraceHeaders)).toEqual({});
  });

  it('are read as text of limited length only', () => {
    const read = (headers: Readonly<Record<string, unknown>>) =>
      traceHeadersFrom((name) => headers[name]);
    expect(read({ traceparent: 'a'.repeat(128), tracestate: 'b'.repeat(512) })).toEqual({
      traceparent: 'a'.repeat(128),
      tracestate: 'b'.repeat(512),
    });
    expect(read({ traceparent: 'a'.repeat(129), tracestate: 'b'.repeat(513) })).toEqual({});
    expect(read({ traceparent: ['a'], tracestate: { length: 1 }, baggage: 'user=ada' })).toEqual(
      {},
    );
  });
});
