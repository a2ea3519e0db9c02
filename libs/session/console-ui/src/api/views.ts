/** Times are RFC 3339 unless their doc comment gives a unit. */
export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
}

export interface CurrentSessionView {
  readonly user: UserView;
  readonly session: {
    readonly id: string;
    readonly createdAt: string;
    readonly expiresAt: string;
    readonly absoluteExpiresAt: string;
  };
}

export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly absoluteExpiresAt: string;
  readonly lastSeenAt: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  readonly current: boolean;
}

/** A session in the lists of administrators. */
export interface AdminSessionView extends SessionView {
  readonly user: { readonly id: string; readonly username: string };
  readonly roles: readonly string[];
  readonly authenticatedAt: string;
}

export interface SessionPageView {
  readonly total: number;
  readonly sessions: readonly AdminSessionView[];
  readonly next: string | null;
  /** Sessions that the server read to fill this page. */
  readonly examined: number;
}

export interface EndedEventView {
  readonly position: string;
  readonly type: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly username: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string | null;
  readonly byName: string | null;
  readonly reason: string | null;
}

export interface EndedPageView {
  readonly events: readonly EndedEventView[];
  readonly next: string | null;
}

export interface AdminUserView extends UserView {
  readonly disabled: boolean;
  readonly createdAt: string;
}

export interface RouteView {
  readonly method: string;
  readonly path: string;
  readonly version?: readonly string[];
  readonly isPublic: boolean;
  readonly isFresh: boolean;
  readonly isConditional: boolean;
  readonly isUnsupported: boolean;
  readonly anyOf: readonly string[];
  /** Maximum age of the last sign-in, in milliseconds. */
  readonly maxAge?: number;
  readonly alsoIn: readonly string[];
}

export interface ServiceView {
  readonly service: string;
  readonly state: 'up' | 'stale' | 'missing';
  readonly release: string | null;
  readonly router: string | null;
  readonly requiredRole: string | null;
  readonly publishedAt: string | null;
  readonly seenAt: string | null;
  readonly routes: readonly RouteView[];
}

export interface AccessView {
  readonly roles: readonly string[];
  readonly services: readonly {
    readonly service: string;
    readonly routes: readonly {
      readonly method: string;
      readonly path: string;
      readonly decision: string;
    }[];
  }[];
}

/** State of one process. */
export interface ProcessView {
  readonly redis: {
    readonly topology: 'standalone' | 'sentinel' | 'cluster' | 'none';
    readonly isConnected: boolean;
    readonly nodes: readonly {
      readonly host: string;
      readonly port: number;
      readonly role?: string;
    }[];
    readonly findings: readonly {
      readonly severity: 'warning' | 'error';
      readonly title: string;
      readonly fix: string;
    }[];
  };
  readonly nearCache: {
    readonly isLinkUp: boolean;
    readonly hits: number;
    readonly misses: number;
    readonly bypasses: number;
    readonly invalidations: number;
    readonly linkLosses: number;
    readonly hitRatio: number | null;
    /** Age that a session from memory can have, in milliseconds; `null` while the link is down. */
    readonly staleness: number | null;
  } | null;
  readonly events: { readonly lost: number };
  readonly records: { readonly malformed: number };
  readonly process: {
    /** Seconds. */
    readonly uptime: number;
    readonly node: string;
  };
}

/** State of the process that serves the page, and of the instances of the services. */
export interface HealthView extends ProcessView {
  readonly revocationLag: {
    readonly lastMs: number;
    readonly p99Ms: number;
    readonly count: number;
  } | null;
  readonly rpc: {
    readonly isOpen: boolean;
    readonly calls: number;
    readonly failures: number;
  } | null;
  readonly channels: { readonly open: number } | null;
  readonly services: readonly {
    readonly service: string;
    readonly instances: readonly (ProcessView & { readonly instance: string })[];
  }[];
}

export interface ActivityPoint {
  /** Start of the step, epoch milliseconds. */
  readonly at: number;
  readonly signIns: number;
  readonly failures: number;
  readonly ended: number;
  readonly active: number | null;
}

export interface ActivityView {
  /** Milliseconds. */
  readonly step: number;
  readonly points: readonly ActivityPoint[];
}
