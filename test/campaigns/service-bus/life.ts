import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { Settlements } from '../../../src/local/functions-host/triggers/settlements.ts';
import { Random } from '../random.ts';
import type { Ledger, Settlement } from './ledger.ts';

const IN_A_ROW = 20;

/** What becomes of a delivery; `keep` leaves it locked until the broker dies. */
type Deed = Settlement | 'keep';

/** A sender and a receiver, from a start of the broker until its death. */
export class Life {
  readonly #client: ServiceBusClient;
  readonly #receiver: ServiceBusReceiver;
  readonly #settlements = new Settlements();
  readonly #ledger: Ledger;
  readonly #options: { seed: number; life: number; isLast: boolean };
  #isDoomed = false;

  constructor(
    connectionString: string,
    ledger: Ledger,
    options: { seed: number; life: number; isLast: boolean },
  ) {
    this.#client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } });
    this.#receiver = this.#client.createReceiver('jobs');
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Sends what was not confirmed before, again under the same message id, and settles what comes. */
  async run(): Promise<void> {
    this.#receiver.subscribe(
      {
        processMessage: (message) => this.#handle(message),
        processError: async () => {},
      },
      { autoCompleteMessages: false, maxConcurrentCalls: IN_A_ROW },
    );
    const waiting = this.#ledger.unsent.values();
    await Promise.all(Array.from({ length: IN_A_ROW }, () => this.#send(waiting)));
  }

  /** The broker is about to die: whatever fails from now on is no wonder. */
  doom(): void {
    this.#isDoomed = true;
  }

  /** Not waited for: what death has cut off takes the SDK a minute to give up. */
  end(): void {
    this.#client.close().catch(() => undefined);
  }

  async #send(waiting: Iterable<number>): Promise<void> {
    const sender = this.#client.createSender('jobs');
    for (const number of waiting) {
      try {
        await sender.sendMessages({ body: number, messageId: String(number) });
        this.#ledger.accepted(number);
      } catch (error) {
        this.#failed(`sending ${number}`, error);
        return;
      }
    }
  }

  async #handle(message: ServiceBusReceivedMessage): Promise<void> {
    const number = message.body as number;
    const { seed, life } = this.#options;
    const before = this.#ledger.delivered(number, message.deliveryCount ?? 0, life);
    const deed = this.#deed(new Random(seed ^ (number * 64 + before)));
    if (deed === 'keep') return;
    this.#ledger.asked(number, deed);
    try {
      await this.#settlements.add(deed, () => this.#settle(message, deed));
      this.#ledger.settled(number, deed);
    } catch (error) {
      this.#failed(`to ${deed} ${number}`, error);
    }
  }

  /** In the last life nobody would give back what is kept. */
  #deed(random: Random): Deed {
    if (random.chance(0.75)) return 'complete';
    return random.pick(['abandon', 'deadLetter', this.#options.isLast ? 'complete' : 'keep']);
  }

  #settle(message: ServiceBusReceivedMessage, settlement: Settlement): Promise<void> {
    if (settlement === 'complete') return this.#receiver.completeMessage(message);
    if (settlement === 'abandon') return this.#receiver.abandonMessage(message);
    return this.#receiver.deadLetterMessage(message);
  }

  #failed(what: string, error: unknown): void {
    if (!this.#isDoomed) this.#ledger.violations.push(`${what} failed: ${String(error)}`);
  }
}
