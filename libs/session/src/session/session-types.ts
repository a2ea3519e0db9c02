/**
 * Roles of the application. Extend the interface by declaration merging, and a misspelt role does not
 * compile:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionRoles { orders: true; 'orders:write': true }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- applications extend it
export interface SessionRoles {}

/** Name of a role: a key of {@link SessionRoles}, or any string while none is declared. */
export type Role = [keyof SessionRoles] extends [never]
  ? string
  : Extract<keyof SessionRoles, string>;

/**
 * Data that the issuing app keeps with a session, in addition to user and roles. Extend the interface by
 * declaration merging. `SessionManager.create()` then requires every field that is not optional:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionData { locale: string; theme?: 'light' | 'dark' }
 * }
 * ```
 *
 * Declare what JSON can hold: a time as a number or text, not as a `Date`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- applications extend it
export interface SessionData {}

/**
 * Signed-in user of a session. Extend the interface by declaration merging, for what services need with each
 * request:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionUser { readonly tenant: string }
 * }
 * ```
 *
 * Declare what JSON can hold. Every service that reads the session can read the fields.
 */
export interface SessionUser {
  /** Id of the user in the issuing app: a string that is not empty and never changes. */
  readonly id: string;
  /** Name for people and logs: a string that is not empty. */
  readonly username: string;
}

/**
 * Write-once attributes of a session, by service. Extend the interface by declaration merging:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionAttributes { orders: { coupon: string } }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- applications extend it
export interface SessionAttributes {}

/** Name of a service that adds attributes: a key of {@link SessionAttributes}, or any if none is declared. */
export type ServiceName = [keyof SessionAttributes] extends [never]
  ? string
  : Extract<keyof SessionAttributes, string>;

/** Write-once attributes of one service: names and types of their values. */
export type AttributesOf<S extends ServiceName> = S extends keyof SessionAttributes
  ? SessionAttributes[S]
  : Record<string, unknown>;
