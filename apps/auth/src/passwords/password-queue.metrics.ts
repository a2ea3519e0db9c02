import { ServiceMetrics } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { PasswordQueue } from './password-queue';

/** Metrics of the queue of passwords: it limits sign-ins long before Redis does. */
@Injectable()
export class PasswordQueueMetrics {
  constructor(metrics: ServiceMetrics, queue: PasswordQueue) {
    const name = (of: string) => `auth_password_queue_${of}`;
    metrics.gauge(
      name('waiting'),
      'Passwords that wait to be hashed or compared.',
      () => queue.waiting,
    );
    metrics.gauge(
      name('running'),
      'Passwords that are being hashed or compared.',
      () => queue.running,
    );
    metrics.counter(
      name('starts_total'),
      'Passwords that were hashed or compared.',
      () => queue.started,
    );
    metrics.counter(
      name('refusals_total'),
      'Passwords that were refused with 503 because too many waited.',
      () => queue.refused,
    );
    metrics.counter(
      name('wait_seconds_total'),
      'Time that all passwords have waited.',
      () => queue.waited / 1_000,
    );
  }
}
