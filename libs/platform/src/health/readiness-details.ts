import { Injectable } from '@nestjs/common';

/** State of one part of a service: `status`, and details. */
export interface ReadinessDetail {
  readonly status: 'up' | 'down';
  readonly [more: string]: unknown;
}

/** Parts reported in `/health/ready` that do not make the service unready. */
@Injectable()
export class ReadinessDetails {
  readonly #parts = new Map<string, () => ReadinessDetail>();

  /** @param read Called per readiness request; must return from memory. */
  add(part: string, read: () => ReadinessDetail): void {
    this.#parts.set(part, read);
  }

  read(): Record<string, ReadinessDetail> {
    return Object.fromEntries([...this.#parts].map(([part, read]) => [part, read()]));
  }
}
