/**
 * The roles that an application knows, to be extended by declaration merging, so that a role that is
 * spelt wrong does not compile:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionRoles { orders: true; 'orders:write': true }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by those who use it
export interface SessionRoles {}

/** A role's name: one of {@link SessionRoles}, or any string while none is declared. */
export type Role = [keyof SessionRoles] extends [never]
  ? string
  : Extract<keyof SessionRoles, string>;

/** What the issuing app keeps in a session beside user and roles; extended by declaration merging. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by those who use it
export interface SessionData {}

/** Who is signed in. */
export interface SessionUser {
  readonly id: string;
  readonly username: string;
}

/**
 * What services add to a session while it lasts, service by service; extended by declaration merging:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SessionAdditions { orders: { coupon: string } }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by those who use it
export interface SessionAdditions {}

/** A service that adds to sessions: one of {@link SessionAdditions}, or any while none is declared. */
export type ServiceName = [keyof SessionAdditions] extends [never]
  ? string
  : Extract<keyof SessionAdditions, string>;

/** What a service adds: names and the types of their values. */
export type AdditionsOf<S extends ServiceName> = S extends keyof SessionAdditions
  ? SessionAdditions[S]
  : Record<string, unknown>;
