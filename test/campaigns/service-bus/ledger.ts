/** What a receiver does with a message that it got. */
export type Settlement = 'complete' | 'abandon' | 'deadLetter';

interface Entry {
  isAccepted: boolean;
  /** Deliveries so far. */
  deliveries: number;
  /** The life of the broker in which it was delivered and has not been settled. */
  heldIn: number | undefined;
  /** What was asked for and may have happened, confirmed or not. */
  asked: Set<Settlement>;
  /** What was confirmed and ends it. */
  endedBy: Settlement | undefined;
}

/** What the clients know of each message, and what happened to it against the rules. */
export class Ledger {
  readonly violations: string[] = [];
  readonly #entries: Entry[];
  #deliveries = 0;
  #awaited: { deliveries: number; resolve(): void } | undefined;

  constructor(messages: number) {
    this.#entries = Array.from({ length: messages }, () => ({
      isAccepted: false,
      deliveries: 0,
      heldIn: undefined,
      asked: new Set(),
      endedBy: undefined,
    }));
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** The messages whose sending was not confirmed. */
  get unsent(): number[] {
    return this.#entries.flatMap(({ isAccepted }, number) => (isAccepted ? [] : [number]));
  }

  accepted(number: number): void {
    this.#entry(number).isAccepted = true;
  }

  /** Resolves when there have been so many deliveries. */
  reached(deliveries: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#deliveries >= deliveries) resolve();
    else this.#awaited = { deliveries, resolve };
    return promise;
  }

  /**
   * @param deliveryCount as the message has it: deliveries before this one, also those that no client saw
   *   because the broker died meanwhile.
   * @param life how many times the broker has died.
   * @returns how many times it had been delivered before.
   */
  delivered(number: number, deliveryCount: number, life: number): number {
    const entry = this.#entry(number);
    const { deliveries, endedBy, heldIn } = entry;
    if (endedBy) this.#violated(number, `delivered after ${endedBy}`);
    if (heldIn === life) this.#violated(number, 'delivered again while it was locked');
    if (deliveryCount < deliveries || deliveryCount > deliveries + life) {
      this.#violated(number, `delivery count ${deliveryCount} after ${deliveries} deliveries`);
    }
    entry.heldIn = life;
    entry.deliveries += 1;
    this.#deliveries += 1;
    if (this.#awaited && this.#deliveries >= this.#awaited.deliveries) this.#awaited.resolve();
    return deliveries;
  }

  /** An abandoned message may come again before the abandonment is confirmed. */
  asked(number: number, settlement: Settlement): void {
    const entry = this.#entry(number);
    entry.asked.add(settlement);
    if (settlement === 'abandon') entry.heldIn = undefined;
  }

  settled(number: number, settlement: Settlement): void {
    if (settlement !== 'abandon') this.#entry(number).endedBy = settlement;
  }

  /** Compares with what is left in the dead-letter queue when the queue itself is empty. */
  close(deadLetters: readonly number[]): void {
    const dead = new Set(deadLetters);
    if (dead.size < deadLetters.length) this.violations.push('a message was dead-lettered twice');
    for (const [number, { asked, endedBy }] of this.#entries.entries()) {
      const isDead = dead.has(number);
      if (isDead && !asked.has('deadLetter')) this.#violated(number, 'dead-lettered unasked');
      if (isDead && endedBy === 'complete') this.#violated(number, 'dead-lettered after complete');
      if (!isDead && endedBy === 'deadLetter') this.#violated(number, 'lost as a dead letter');
      if (!isDead && !asked.has('complete')) this.#violated(number, 'lost');
    }
  }

  #violated(number: number, what: string): void {
    this.violations.push(`message ${number}: ${what}`);
  }

  #entry(number: number): Entry {
    const entry = this.#entries[number];
    if (!entry) throw new Error(`There is no message ${number}.`);
    return entry;
  }
}
