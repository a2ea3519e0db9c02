// Starts an OpenTelemetry SDK in a service: `NODE_OPTIONS=--require=<this file>`. It sends each span as OTLP/HTTP with
// JSON, of which https://opentelemetry.io/docs/specs/otlp/#otlphttp gives the form.
const { basename, dirname } = require('node:path');
const { SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const url = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const service = basename(dirname(process.argv[1] ?? ''));

const nanoseconds = ([seconds, rest]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));

const attributesOf = (attributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) },
  }));

const jsonOf = (span) => ({
  ...span.spanContext(),
  parentSpanId: span.parentSpanContext?.spanId,
  name: span.name,
  // The enumeration of the protocol begins with "unspecified".
  kind: span.kind + 1,
  startTimeUnixNano: nanoseconds(span.startTime),
  endTimeUnixNano: nanoseconds(span.endTime),
  attributes: attributesOf(span.attributes),
  events: span.events,
  status: span.status,
});

const exporter = {
  export(spans, done) {
    const resource = { attributes: attributesOf({ 'service.name': service }) };
    const scopeSpans = [{ scope: { name: 'nest-sessions' }, spans: spans.map(jsonOf) }];
    globalThis
      .fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }),
      })
      .then(
        () => done({ code: 0 }),
        (error) => done({ code: 1, error }),
      );
  },
  shutdown: () => Promise.resolve(),
};

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
