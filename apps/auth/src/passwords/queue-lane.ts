/** A share of the queue for bcrypt: all work of one lane waits in one line. */
export interface QueueLane {
  /** The network that an attempt comes from. */
  readonly name: string;
  /** Whether a user has signed in from there lately: such lanes have places of their own. */
  readonly isKnown: boolean;
}

/** For the work of users who are signed in, and of the application itself. */
export const OWN_LANE: QueueLane = { name: 'own', isKnown: true };
