import type { AddOutcome } from '../store/add-outcome.js';

/** Messages from services without a store to the service with the store; for gRPC, see `session.proto`. */
export type IntrospectionMessage = keyof IntrospectionMessages;

/**
 * Request and reply of each message, by pattern. The names of the gRPC methods are the last words of the
 * patterns.
 */
export interface IntrospectionMessages {
  'session.introspect': { request: IntrospectRequest; reply: IntrospectReply };
  'session.touch': { request: { id: string }; reply: TouchReply };
  'session.add': { request: AddRequest; reply: { outcome: AddOutcome } };
  'session.additions': { request: AttributesRequest; reply: { additions: AttributeEntry[] } };
  'session.ping': { request: object; reply: object };
  'access.publish': { request: { catalogue: string }; reply: PublishedReply };
  'access.keep-alive': { request: object; reply: KeepAliveReply };
}

export interface IntrospectRequest {
  /** SHA-256 of the token: names a session and gives no access to it. */
  readonly id: string;
  /** Reads the session where sessions are kept, whatever the asked process remembers. */
  readonly fresh: boolean;
}

export interface IntrospectReply {
  /** The record, as `encodeSession` writes it. Absent: no live session. */
  readonly session?: string;
  /** Minimum remaining idle timeout, in milliseconds. Absent: not known. */
  readonly idleLeft?: number;
}

export interface TouchReply {
  readonly live: boolean;
  /** As in {@link IntrospectReply}. */
  readonly idleLeft?: number;
}

/** Adds a write-once attribute for the service that the signature of the call names. */
export interface AddRequest {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

export interface AttributesRequest {
  readonly id: string;
  readonly service: string;
}

export interface AttributeEntry {
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

export interface PublishedReply {
  /** Whether the route requirements of the caller are published. */
  readonly isPublished: boolean;
}

export interface KeepAliveReply extends PublishedReply {
  /** `digestOfCatalogue` of the published catalogue: the caller compares it with its own digest. */
  readonly digest?: string;
  /** Release of the published catalogue, if the catalogue states it. */
  readonly version?: string;
}
