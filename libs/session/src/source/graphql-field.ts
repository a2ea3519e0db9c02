/** Step of the path from the root of an operation to a field, as graphql-js creates it for each field. */
interface FieldPath {
  readonly prev?: FieldPath | undefined;
  readonly key?: string | number;
}

/** Parts of graphql-js' `GraphQLResolveInfo` that the library reads. */
export interface FieldInfo {
  readonly path?: FieldPath;
  /** Type around the field: an object that becomes its name as a string. */
  readonly parentType?: { toString(): string };
  readonly fieldName?: string;
  readonly operation?: { readonly operation?: string };
  /** One object for each execution: each operation, and each event of a subscription. */
  readonly variableValues?: object;
}

/** Context and description of a field, from a resolver's arguments. */
export interface GraphqlField {
  readonly context: unknown;
  readonly info: FieldInfo | null;
}

/** Index of the context among a resolver's arguments, after the root and the arguments of the field. */
const CONTEXT = 2;

/** Number of arguments of a federation's reference resolver: the reference, the context and the info. */
const REFERENCE_ARGUMENTS = 3;

const REQUEST = Symbol('nest-sessions:graphql-request');

/** Fields that the guard has decided about, by their paths. */
const decided = new WeakMap<object, FieldInfo>();

/** Returns the context and the description of the field that a resolver's arguments are for. */
export function graphqlFieldOf(args: readonly unknown[]): GraphqlField {
  const at = args.length === REFERENCE_ARGUMENTS ? CONTEXT - 1 : CONTEXT;
  const info = args[at + 1];
  return { context: args[at], info: typeof info === 'object' ? info : null };
}

/** Makes a field the carrier of its own session, because the guard decides about it. */
export function decideOn(info: FieldInfo): void {
  decided.set(info.path ?? info, info);
}

/**
 * Returns the field to which the guard attaches the session: each field of an operation has requirements of its
 * own. A field without a guard has the session of the nearest field around it.
 */
export function graphqlCarrierOf(args: readonly unknown[]): object {
  const { context, info } = graphqlFieldOf(args);
  if (info !== null && decided.get(info.path ?? info) === info) return info;
  for (let path = info?.path; path !== undefined; path = path.prev) {
    const field = decided.get(path);
    if (field !== undefined) return field;
  }
  return graphqlRequestOf(context) ?? (isObject(context) ? context : {});
}

/** Notes the HTTP request of an operation in its GraphQL context, which drivers copy. */
export function noteGraphqlRequest(context: object, request: unknown): void {
  // Also that there is no request: a copy of another operation's context must not lead to its request.
  Object.assign(context, { [REQUEST]: isRequest(request) ? request : null });
}

/** Parts of a GraphQL context that lead to the HTTP request. */
interface GraphqlContext {
  readonly [REQUEST]?: object | null;
  /** Apollo and Mercurius; the connection of graphql-ws, where Nest passes it on. */
  readonly req?: unknown;
  /** Mercurius: of a connection. */
  readonly request?: unknown;
  /** Mercurius: of a batch. */
  readonly reply?: { readonly request?: unknown } | null;
  /** graphql-ws. */
  readonly extra?: { readonly request?: unknown } | null;
}

/** Returns the HTTP request of a GraphQL operation, or the upgrade request of its connection; `null` without. */
export function graphqlRequestOf(context: unknown): object | null {
  if (!isObject(context)) return null;
  const { [REQUEST]: noted, req, request, reply, extra } = context as GraphqlContext;
  if (noted !== undefined) return noted;
  const inner = isObject(req) ? (req as GraphqlContext).extra?.request : undefined;
  const found = [extra?.request, inner, req, request, reply?.request].find(isRequest);
  return found ?? null;
}

function isRequest(value: unknown): value is object {
  return isObject(value) && 'headers' in value && isObject(value.headers);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
