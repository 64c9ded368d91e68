export interface AcceptedId {
  messageId: string;
  /** Milliseconds since the epoch. */
  acceptedAt: number;
}

/** Where the message ids that an entity remembers are kept. */
export interface DuplicateJournal {
  remember(messageId: string, acceptedAt: number): void;
  forget(messageId: string): void;
}

/**
 * The message ids that an entity has accepted within its detection window. As in Azure, only the id
 * counts: the content may differ.
 */
export class DuplicateDetection {
  /** In the order of acceptance, so that the oldest come first. */
  readonly #acceptedAt = new Map<string, number>();
  readonly #windowMilliseconds: number;
  readonly #journal: DuplicateJournal;

  /** @param windowMilliseconds how long an id is remembered; 0 turns detection off. */
  constructor(windowMilliseconds: number, journal: DuplicateJournal) {
    this.#windowMilliseconds = windowMilliseconds;
    this.#journal = journal;
  }

  /** Takes over the ids that were on disk, the oldest first. */
  recover(remembered: Iterable<AcceptedId>): void {
    for (const { messageId, acceptedAt } of remembered) this.#acceptedAt.set(messageId, acceptedAt);
  }

  /** Whether the message is new within the window; a new id is remembered from now on. */
  accept(messageId: string, now: number): boolean {
    if (this.#windowMilliseconds === 0) return true;
    this.#forgetThoseBefore(now - this.#windowMilliseconds);
    if (this.#acceptedAt.has(messageId)) return false;
    this.#acceptedAt.set(messageId, now);
    this.#journal.remember(messageId, now);
    return true;
  }

  #forgetThoseBefore(start: number): void {
    for (const [messageId, acceptedAt] of this.#acceptedAt) {
      if (acceptedAt > start) return;
      this.#acceptedAt.delete(messageId);
      this.#journal.forget(messageId);
    }
  }
}
