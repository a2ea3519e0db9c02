declare module '../audit/security-event.js' {
  interface SecurityEvents {
    /** Channels of a session were closed, because the session has ended or lacks a role. One event for all. */
    'channels.closed': {
      readonly outcome: 'success';
      readonly sessionId: string;
      readonly userId: string;
      /** Reason that the clients have received: a value of `SessionErrorCode`. */
      readonly code: string;
      /** Number of channels. */
      readonly channels: number;
    };
  }
}

// Only a module can extend a module.
export {};
