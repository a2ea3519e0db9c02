import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';

/** Source of subscriptions that counts its running streams. */
@Injectable()
export class Events {
  running = 0;

  /** Counts up until the subscription ends. */
  async *numbers<Name extends string>(name: Name): AsyncGenerator<Record<Name, number>> {
    this.running += 1;
    try {
      for (let value = 0; ; value += 1) {
        yield { [name]: value } as Record<Name, number>;
        await delay(10);
      }
    } finally {
      this.running -= 1;
    }
  }

  /** Sends orders until the subscription ends. */
  async *orders(): AsyncGenerator<{ placed: { id: string } }> {
    for await (const { id } of this.numbers('id')) yield { placed: { id: String(id) } };
  }

  /** Sends three numbers, and ends. */
  async *three<Name extends string>(name: Name): AsyncGenerator<Record<Name, number>> {
    for (const value of [1, 2, 3]) {
      yield { [name]: value } as Record<Name, number>;
      await delay(1);
    }
  }
}
