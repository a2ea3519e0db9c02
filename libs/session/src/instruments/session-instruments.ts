import { Injectable } from '@nestjs/common';
import type { SessionInstrument, SessionOperation } from './session-instrument.js';

/**
 * Instruments of this process. Without instruments an operation costs one comparison more.
 *
 * @example
 * // In an endpoint that decides for a gateway, so that traces show the decision:
 * const found = await instruments.run({ name: 'verify' }, () => manager.find(sessionId));
 */
@Injectable()
export class SessionInstruments {
  readonly #instruments: SessionInstrument[] = [];

  /** Whether nothing observes: the caller then runs the operation itself and creates no closure. */
  get isIdle(): boolean {
    return this.#instruments.length === 0;
  }

  /** Adds an instrument, inside the instruments that were added before. */
  add(instrument: SessionInstrument): void {
    this.#instruments.push(instrument);
  }

  /** Runs an operation in all instruments and returns its result. */
  run<Result>(operation: SessionOperation, body: () => Result): Result {
    return this.#instruments.reduceRight<() => Result>(
      (inner, instrument) => () => instrument.run(operation, inner),
      body,
    )();
  }

  /** Returns the headers that a call to another service carries for the instruments. */
  headers(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.#instruments.map((it) => it.headers?.())) as Record<
      string,
      string
    >;
  }
}
