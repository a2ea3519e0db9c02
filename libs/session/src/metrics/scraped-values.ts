import { Counter, Gauge, type Registry } from 'prom-client';

/** Value that exists already, and is read when the metrics are scraped. */
export interface ScrapedValue {
  readonly name: string;
  readonly help: string;
  /** Returns the value, or `null` when there is none. */
  readonly read: () => number | null;
}

/** Registers a counter whose value another part of the process counts. Costs nothing between two scrapes. */
export function scrapedCounter(register: Registry, { name, help, read }: ScrapedValue): void {
  new Counter({
    name,
    help,
    registers: [register],
    collect() {
      this.reset();
      this.inc(read() ?? 0);
    },
  });
}

/** Registers a gauge that is read when the metrics are scraped. Without a value it has no sample. */
export function scrapedGauge(
  register: Registry,
  { name, help, read }: Omit<ScrapedValue, 'read'> & { read: () => MaybePromise<number | null> },
): void {
  new Gauge({
    name,
    help,
    registers: [register],
    async collect() {
      const value = await read();
      this.remove();
      if (value !== null) this.set(value);
    },
  });
}

type MaybePromise<T> = T | Promise<T>;
