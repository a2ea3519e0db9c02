import type { AdditionOutcome } from '../store/session.store.js';

/** What services without a store of their own ask the one that has it; over gRPC see `session.proto`. */
export type IntrospectionMessage = keyof IntrospectionMessages;

/**
 * The messages by their patterns: what is sent, and what comes back. The names of gRPC's methods are the
 * last words of these.
 */
export interface IntrospectionMessages {
  'session.introspect': { request: IntrospectRequest; reply: IntrospectReply };
  'session.touch': { request: { id: string }; reply: TouchReply };
  'session.add': { request: AddRequest; reply: { outcome: AdditionOutcome } };
  'session.additions': { request: AdditionsRequest; reply: { additions: AdditionEntry[] } };
  'session.ping': { request: object; reply: object };
  'access.publish': { request: { catalogue: string }; reply: PublishedReply };
  'access.keep-alive': { request: object; reply: KeptAliveReply };
}

export interface IntrospectRequest {
  /** SHA-256 of the token: what names a session and gives no access to it. */
  readonly id: string;
  /** Asks where the sessions are kept, whatever the asked process remembers. */
  readonly fresh: boolean;
}

export interface IntrospectReply {
  /** The record, as `encodeSession` writes it. Absent: no live session. */
  readonly session?: string;
  /** For how long the idle timeout goes on at least, in milliseconds. Absent: not known. */
  readonly idleLeft?: number;
}

export interface TouchReply {
  readonly live: boolean;
  /** As in {@link IntrospectReply}. */
  readonly idleLeft?: number;
}

/** Whose addition it is, the signature of the call says. */
export interface AddRequest {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

export interface AdditionsRequest {
  readonly id: string;
  readonly service: string;
}

export interface AdditionEntry {
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

export interface PublishedReply {
  /** Whether what the routes of the caller demand is published. */
  readonly isPublished: boolean;
}

export interface KeptAliveReply extends PublishedReply {
  /** Of what is published, as `digestOfCatalogue` says: the caller compares it with its own. */
  readonly digest?: string;
  /** The release that it is of, if it says so. */
  readonly version?: string;
}
