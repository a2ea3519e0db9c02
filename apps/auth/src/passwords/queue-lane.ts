/** Share of the queue for bcrypt: all work of one lane waits in one line. */
export interface QueueLane {
  /** Network or known device that an attempt comes from. */
  readonly name: string;
  /** Whether a user has signed in from there lately: known lanes have places of their own. */
  readonly isKnown: boolean;
}

/** Lane for the work of signed-in users, and of the application itself. */
export const OWN_LANE: QueueLane = { name: 'own', isKnown: true };
