import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import { TimerLoop } from '../common/timer-loop.js';
import {
  type AccessCatalogue,
  digestOfCatalogue,
  encodeAccessCatalogue,
} from './access-catalogue.js';
import { AccessCatalogueReader } from './access-catalogue.reader.js';
import { AccessCatalogueWriter } from './access-catalogue.writer.js';
import { InstanceReporter } from './instance-reporter.js';

/**
 * Interval of heartbeats, in milliseconds. A service sends several before it counts as stale, and republishes
 * soon after Redis has lost its data.
 */
const INTERVAL = 5_000;

/** Pause before a failed heartbeat is retried, in milliseconds. */
const RETRY_DELAY = 1_000;

/** Jitter: the fraction by which a pause is longer or shorter, so that a fleet does not act in step. */
const JITTER = 0.1;

/**
 * Publishes the route requirements of this service once the routes are known, then sends heartbeats. Startup
 * does not wait for the publication, which is retried while the store is unavailable.
 */
@Injectable()
export class AccessCataloguePublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('SessionAccess');
  readonly #heartbeats = new TimerLoop({
    pause: () => jittered(this.#isFailing ? RETRY_DELAY : INTERVAL),
    onFailure: (error) => {
      // Log once per outage.
      if (!this.#isFailing) this.#reportFailure(error);
      this.#isFailing = true;
    },
  });
  #isPublished = false;
  #isFailing = false;
  /** Digest of this service's own catalogue. */
  #digest: string | null = null;
  /** Release whose catalogue is published instead of this release's, so that it is logged once. */
  #otherRelease: string | null = null;

  constructor(
    private readonly reader: AccessCatalogueReader,
    private readonly writer: AccessCatalogueWriter,
    private readonly reporter: InstanceReporter,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { reader, writer } = this;
    try {
      const catalogue = await reader.read();
      if (catalogue !== null) this.#heartbeats.startNow(() => this.#beat(writer, catalogue));
    } catch (error) {
      // The service itself works without a published catalogue.
      this.#reportFailure(error);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#heartbeats.stop();
  }

  /** @throws SessionStoreUnavailableError */
  async #beat(writer: AccessCatalogueWriter, catalogue: AccessCatalogue): Promise<void> {
    this.#isPublished &&= await this.#isKept(writer, catalogue);
    if (!this.#isPublished) {
      await writer.publish(catalogue);
      this.#isPublished = true;
    }
    if (this.#isFailing) this.#logger.log('The routes of this service were published again.');
    this.#isFailing = false;
  }

  /**
   * @returns `false` when the catalogue must be published again: it is missing, or a catalogue that is not of
   *   another release has replaced it
   */
  async #isKept(writer: AccessCatalogueWriter, catalogue: AccessCatalogue): Promise<boolean> {
    const state = await writer.keepAlive(catalogue.service, this.reporter);
    if (state === null) return false;
    const { digest, version } = state;
    this.#digest ??= digestOfCatalogue(encodeAccessCatalogue(catalogue));
    if (digest === undefined || digest === this.#digest) {
      this.#otherRelease = null;
      return true;
    }
    if (isOtherRelease(version, catalogue.version)) {
      this.#reportOtherRelease(catalogue, version);
      return true;
    }
    this.#logger.error(
      `The published routes of '${catalogue.service}' differ from the routes of this ` +
        "release, and are being replaced. Find out who else has this service's secret for calls, or " +
        'its Redis user.',
    );
    return false;
  }

  /**
   * Warns of the catalogue of another release. During a deployment both releases run, and the catalogue
   * published last stays in force.
   */
  #reportOtherRelease({ service, version }: AccessCatalogue, other: string | undefined): void {
    const name = other ?? 'without a name';
    if (this.#otherRelease === name) return;
    this.#otherRelease = name;
    this.#logger.warn(
      version === undefined
        ? `Different routes are published for '${service}' (release ${name}), and stay in force. ` +
            "Set the option 'release': without it, a forged catalogue looks like the catalogue of " +
            'another release.'
        : `The routes of release ${name} of '${service}' are published, and stay in force. This ` +
            `process runs release ${version}. Unless a deployment is in progress, find out who ` +
            'published them.',
    );
  }

  #reportFailure(error: unknown): void {
    this.#logger.error(
      `The routes of this service were not published, so gateways refuse them: ${describeError(error)}`,
    );
  }
}

function jittered(pause: number): number {
  return pause * (1 + JITTER * (2 * Math.random() - 1));
}

function isOtherRelease(published: string | undefined, own: string | undefined): boolean {
  return own === undefined || (published !== undefined && published !== own);
}
