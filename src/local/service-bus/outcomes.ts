import rhea from 'rhea';
import type { Delivery } from 'rhea';
import type { GroupCommit } from './group-commit.ts';

export interface AmqpError {
  condition: string;
  description: string;
}

interface Composite {
  described(): unknown;
}

/** rhea makes the outcomes of AMQP 1.0 §3.4 but leaves them out of its types. */
const make = rhea.message as unknown as {
  accepted(): Composite;
  rejected(fields: { error?: AmqpError }): Composite;
  released(): Composite;
  modified(fields: Record<string, never>): Composite;
};

export type Outcome = 'accepted' | 'rejected' | 'released' | 'modified';

/** Settles deliveries, each once the turn that decided about it is committed. */
export class Outcomes {
  readonly #commit: GroupCommit;
  #decided: { delivery: Delivery; state: unknown }[] = [];

  constructor(commit: GroupCommit) {
    this.#commit = commit;
  }

  /** Settles with the outcome that was asked for. */
  settle(delivery: Delivery, outcome: Outcome): void {
    this.#decide(delivery, make[outcome]({}));
  }

  /** Refuses what was asked for. */
  refuse(delivery: Delivery, error: AmqpError): void {
    this.#decide(delivery, make.rejected({ error }));
  }

  #decide(delivery: Delivery, outcome: Composite): void {
    if (this.#decided.length === 0) this.#commit.afterCommit(() => this.#send());
    this.#decided.push({ delivery, state: outcome.described() });
  }

  /**
   * In falling order of delivery ids: rhea puts a delivery and its successor under one disposition
   * without comparing their outcomes (write_dispositions in rhea 3.0.5), so that a refused
   * settlement next to a good one would look good.
   */
  #send(): void {
    const decided = this.#decided.sort((left, right) => right.delivery.id - left.delivery.id);
    this.#decided = [];
    for (const { delivery, state } of decided) {
      delivery.update(true, state);
      forget(delivery);
    }
  }
}

/**
 * The receiver has nothing to add to our settlement, and its SDK says nothing more; but rhea keeps a
 * delivery, and its place in the session's window, until both ends have settled it.
 */
function forget(delivery: Delivery): void {
  (delivery as { remote_settled: boolean }).remote_settled = true;
}
