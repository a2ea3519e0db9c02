import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import type { ProcessReport } from '../store/process-report.js';
import { decodeReport, encodeReport, REPORT_SLOTS, reportField } from './instance-report.js';

/** Reports the state of this instance, in one of the slots that the instances of a service share. */
export class InstanceReporter {
  readonly #instance: string;
  #slot = randomInt(REPORT_SLOTS);

  /**
   * @param report Returns the state of this process.
   * @param instance Name of this instance among those of its service.
   */
  constructor(
    private readonly report: () => ProcessReport,
    instance = `${hostname()}:${process.pid}`,
  ) {
    this.#instance = instance.slice(-100);
  }

  /** Field of the slot of this instance. */
  get field(): string {
    return reportField(this.#slot);
  }

  /**
   * Returns the text of a report. When another living instance has the slot, this one changes to another slot.
   *
   * @param found Text in the slot.
   */
  next(found: string | null | undefined, now = Date.now()): string {
    const occupant = decodeReport(found, now);
    if (occupant !== null && occupant.instance !== this.#instance) {
      this.#slot = (this.#slot + randomInt(1, REPORT_SLOTS)) % REPORT_SLOTS;
    }
    return encodeReport({ instance: this.#instance, at: now, ...this.report() });
  }
}
