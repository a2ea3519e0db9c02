import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../../../tools/repository-root';

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
}
type KeyValues = readonly { readonly key: string; readonly value: Value }[];

/** Span as OTLP/HTTP with JSON writes it. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: KeyValues;
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: KeyValues };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** Receives the spans of services that start with {@link settings}. */
export class OtlpReceiver {
  /** Received bodies, as they were sent. */
  readonly bodies: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        if (request.url === '/v1/traces') receiver.bodies.push(body);
        response.end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  /** Variables with which a service starts an SDK that sends its spans here. */
  get settings(): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    return {
      NODE_OPTIONS: `--require=${join(repositoryRoot, 'test/support/tracing/sdk.cjs')}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    };
  }

  /**
   * Returns the spans of a trace as a tree. Each line is a service and the name of a span, after two spaces for each
   * parent. Spans with one parent are in the order of their names.
   *
   * @param parent Id of the span that caused the trace.
   */
  treeOf(traceId: string, parent: string, depth = 0): string[] {
    return this.#spans
      .filter(({ span }) => span.traceId === traceId && span.parentSpanId === parent)
      .map(({ service, span }) => ({ line: `${service} ${span.name}`, span }))
      .sort((a, b) => (a.line < b.line ? -1 : 1))
      .flatMap(({ line, span }) => [
        '  '.repeat(depth) + line,
        ...this.treeOf(traceId, span.spanId, depth + 1),
      ]);
  }

  get #spans() {
    return this.bodies.flatMap((body) =>
      (JSON.parse(body) as OtlpTraces).resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const service = resource.attributes.find(({ key }) => key === 'service.name');
        const spans = scopeSpans.flatMap((scope) => scope.spans);
        return spans.map((span) => ({ service: service?.value.stringValue ?? '', span }));
      }),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
