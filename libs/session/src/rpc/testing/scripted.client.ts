import { IntrospectionClient } from '../introspection.client.js';

/** Answers to a service as a test says, also what no sane service would. */
type ScriptedAnswers = Record<string, (data: { id: string }) => unknown>;

/** A connection to a service that answers as a test says, without a network. Messages are copied as JSON. */
export class ScriptedClient extends IntrospectionClient {
  /** What was asked, in order: the pattern and the data. */
  readonly received: [pattern: string, data: object][] = [];
  /** The next answers, by pattern. A promise that never ends is an answer that never comes. */
  answers: ScriptedAnswers = {};

  connect(): Promise<void> {
    return Promise.resolve();
  }

  async send(pattern: string, request: object): Promise<unknown> {
    const data = copyOf(request) as { id: string };
    this.received.push([pattern, data]);
    return copyOf(await this.answers[pattern]?.(data));
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }
}

function copyOf(message: unknown): unknown {
  return message === undefined ? undefined : JSON.parse(JSON.stringify(message));
}
