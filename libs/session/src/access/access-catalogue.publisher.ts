import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { type AccessCatalogue, digestOfCatalogue, encodeAccessCatalogue } from './access-catalogue.js';
import { AccessCatalogueReader } from './access-catalogue.reader.js';
import { AccessCatalogueWriter } from './access-catalogue.writer.js';

/**
 * How often a service says that it is there, in milliseconds: several times before it counts as stale, and
 * soon after a Redis that has lost everything is back.
 */
const INTERVAL = 5_000;

/** The pause before what failed is tried again, in milliseconds. */
const RETRY_DELAY = 1_000;

/** The part by which a pause is longer or shorter, so that a fleet does not come as one. */
const JITTER = 0.1;

/**
 * Publishes what the routes of this service demand once they are known, and says from then on that the
 * service is there. The start does not wait for it; while the store is away it is tried again.
 */
@Injectable()
export class AccessCataloguePublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('SessionAccess');
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isPublished = false;
  #isFailing = false;
  /** Of this service's own catalogue. */
  #digest: string | null = null;
  /** The release whose catalogue is in place of this one's, so that it is logged once. */
  #otherRelease: string | null = null;

  constructor(
    private readonly reader: AccessCatalogueReader,
    /** `null` where sessions are in no store that services share. */
    @Inject(AccessCatalogueWriter) private readonly writer: AccessCatalogueWriter | null,
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.options.publishAccess || this.writer === null) return;
    try {
      const catalogue = await this.reader.read();
      if (catalogue !== null) this.#run(this.writer, catalogue);
    } catch (error) {
      // The service itself does without.
      this.#reportFailure(error);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(writer: AccessCatalogueWriter, catalogue: AccessCatalogue): void {
    this.#running = this.#beat(writer, catalogue).then((isWell) => {
      if (this.#isStopped) return;
      const pause = (isWell ? INTERVAL : RETRY_DELAY) * (1 + JITTER * (2 * Math.random() - 1));
      this.#timer = setTimeout(() => {
        this.#run(writer, catalogue);
      }, pause);
      this.#timer.unref();
    });
  }

  /** @returns whether the service is now seen with its routes */
  async #beat(writer: AccessCatalogueWriter, catalogue: AccessCatalogue): Promise<boolean> {
    try {
      this.#isPublished &&= await this.#isKept(writer, catalogue);
      if (!this.#isPublished) {
        await writer.publish(catalogue);
        this.#isPublished = true;
      }
      if (this.#isFailing) this.#logger.log('The routes of this service are published again.');
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) this.#reportFailure(error);
      // Once per outage.
      this.#isFailing = true;
      return false;
    }
  }

  /** @returns `false` where the catalogue is to be published again: it is gone, or another is in its place */
  async #isKept(writer: AccessCatalogueWriter, catalogue: AccessCatalogue): Promise<boolean> {
    const state = await writer.keepAlive(catalogue.service);
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
      `Other routes were published under the name '${catalogue.service}' than this release has. They are replaced by its own. Find out who else knows this service's secret for calls, or its Redis user.`,
    );
    return false;
  }

  /** While a release replaces another one both are there, and what was published last holds. */
  #reportOtherRelease({ service, version }: AccessCatalogue, other: string | undefined): void {
    const name = other ?? 'without a name';
    if (this.#otherRelease === name) return;
    this.#otherRelease = name;
    this.#logger.warn(
      version === undefined
        ? `Other routes are published under the name '${service}' (release ${name}), and stay in force: without the option 'release' a forged catalogue cannot be told from that of another release.`
        : `The routes of release ${name} of '${service}' are published, and stay in force; this is release ${version}. Unless a deployment is under way, find out who has published them.`,
    );
  }

  #reportFailure(error: unknown): void {
    this.#logger.error(
      `The routes of this service are not published, and gateways refuse them: ${describeError(error)}`,
    );
  }
}

function isOtherRelease(published: string | undefined, own: string | undefined): boolean {
  return own === undefined || (published !== undefined && published !== own);
}
