import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** Metrics of a service, in a registry of its own: sessions, the process, and what the service adds. */
@Injectable()
export class ServiceMetrics {
  readonly register = new Registry();

  /** Adds the metrics of the process: memory, CPU, event loop, garbage collection. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.register });
  }

  /** Adds a counter that the service keeps itself, and that is read when the metrics are scraped. */
  counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.register],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Adds a gauge that is read when the metrics are scraped. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.register],
      collect() {
        this.set(read());
      },
    });
  }
}
