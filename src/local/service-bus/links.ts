import type { Delivery, EventContext, Receiver, Sender } from 'rhea';
import {
  BATCH_FORMAT,
  decodeBatch,
  MAX_MESSAGE_SIZE,
  submissionOf,
  type AmqpMessage,
  type Submission,
} from './amqp-message.ts';
import type { LinkHandler } from './amqp-server.ts';
import { Consumer } from './consumer.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Entities } from './entities.ts';
import {
  entityNotFound,
  Fault,
  messageTooLarge,
  sessionsNotSupported,
  undecodable,
} from './fault.ts';
import type { GroupCommit } from './group-commit.ts';
import { lockTokenFromDeliveryTag } from './lock-token.ts';
import type { Outcome, Outcomes } from './outcomes.ts';
import type { Destination, QueueEntity } from './queue-entity.ts';
import type { Requests } from './requests.ts';
import { sendSettled } from './settled-link.ts';
import {
  settle,
  settlementOfModified,
  settlementOfRejected,
  type ReceivedOutcome,
  type Settlement,
} from './settlement.ts';

const SESSION_FILTER = 'com.microsoft:session-filter';

/** What Service Bus takes each outcome of a delivery to mean. */
const SETTLEMENTS: Record<Outcome, (outcome: ReceivedOutcome) => Settlement> = {
  accepted: () => ({ kind: 'complete' }),
  released: () => ({ kind: 'release' }),
  modified: settlementOfModified,
  rejected: settlementOfRejected,
};

/** What happens on the links that clients attach. */
export class Links implements LinkHandler {
  readonly #entities: Entities;
  readonly #dispatcher: Dispatcher;
  readonly #outcomes: Outcomes;
  readonly #requests: Requests;
  readonly #commit: GroupCommit;
  readonly #now: () => number;
  readonly #log: (line: string) => void;

  constructor(parts: {
    entities: Entities;
    dispatcher: Dispatcher;
    outcomes: Outcomes;
    requests: Requests;
    commit: GroupCommit;
    now: () => number;
    log: (line: string) => void;
  }) {
    this.#entities = parts.entities;
    this.#dispatcher = parts.dispatcher;
    this.#outcomes = parts.outcomes;
    this.#requests = parts.requests;
    this.#commit = parts.commit;
    this.#now = parts.now;
    this.#log = parts.log;
  }

  senderAttached(link: Receiver): void {
    const address = link.target?.address ?? '';
    const respond = this.#requests.responderFor(address);
    const destination = this.#entities.destination(address);
    if (respond !== undefined) {
      link.on('message', (context: EventContext) => respond(context));
    } else if (destination !== undefined) {
      link.on('message', (context: EventContext) => this.#accept(destination, context));
    } else {
      this.#refuse(link, entityNotFound(address));
      return;
    }
    link.set_source(link.source);
    link.set_target(link.target);
  }

  receiverAttached(link: Sender): void {
    const address = link.source?.address ?? '';
    const entity = this.#entities.source(address);
    const isResponseLink = this.#requests.responderFor(address) !== undefined;
    const wantsSession = Object.hasOwn(link.source?.filter ?? {}, SESSION_FILTER);
    if (entity === undefined && !isResponseLink) {
      this.#refuse(link, entityNotFound(address));
      return;
    }
    if (wantsSession) {
      this.#refuse(link, sessionsNotSupported(address));
      return;
    }
    link.set_source(link.source);
    link.set_target(link.target);
    if (entity !== undefined) this.#consume(link, entity);
    // Were a client to settle responses, its next request would wait for the operating system to
    // acknowledge that small packet: 40 ms, as clients leave Nagle's algorithm on.
    else sendSettled(link);
  }

  detached(): void {
    this.#dispatcher.removeClosed();
  }

  /** Logged too: the SDK has a text of its own, which misleads, for a session that it cannot have. */
  #refuse(link: Receiver | Sender, fault: Fault): void {
    this.#log(`Refused a link: ${fault.message}`);
    link.close(fault.amqpError);
  }

  #consume(link: Sender, entity: QueueEntity): void {
    const consumer = new Consumer(link, entity, this.#commit);
    this.#dispatcher.add(consumer);
    link.on('sender_flow', () => this.#commit.request());
    link.on('sendable', () => this.#commit.request());
    link.on('sender_draining', () => consumer.drain());
    for (const [outcome, settlementOf] of Object.entries(SETTLEMENTS)) {
      link.on(outcome, ({ delivery }: EventContext) => {
        if (delivery === undefined) return;
        const settlement = settlementOf(delivery.remote_state ?? {});
        this.#settle(entity, delivery, outcome as Outcome, settlement);
      });
    }
  }

  #accept(destination: Destination, { delivery, message }: EventContext): void {
    if (delivery === undefined || message === undefined) return;
    this.#answer(delivery, 'accepted', () => {
      const now = this.#now();
      for (const submission of submissionsIn(delivery, message))
        destination.accept(submission, now);
    });
  }

  #settle(entity: QueueEntity, delivery: Delivery, outcome: Outcome, settlement: Settlement): void {
    this.#answer(delivery, outcome, () => {
      const token = lockTokenFromDeliveryTag(Buffer.from(delivery.tag));
      settle(entity, token, settlement, this.#now());
    });
  }

  /** Does something about a delivery, and settles it with the outcome or with the refusal. */
  #answer(delivery: Delivery, outcome: Outcome, action: () => void): void {
    try {
      action();
      this.#outcomes.settle(delivery, outcome);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#outcomes.refuse(delivery, error.amqpError);
    }
  }
}

/**
 * The messages of one transfer: several when it is a batch.
 * @throws Fault when it is too large or cannot be decoded.
 */
function submissionsIn(delivery: Delivery, message: AmqpMessage | Buffer): Submission[] {
  if (delivery.format !== BATCH_FORMAT) {
    const submission = submissionOf(message as AmqpMessage);
    checkSize(submission.content);
    return [submission];
  }
  // rhea decodes messages of the standard format only.
  const batch = message as Buffer;
  checkSize(batch);
  return decoded(batch).map(submissionOf);
}

function decoded(batch: Buffer): AmqpMessage[] {
  try {
    return decodeBatch(batch);
  } catch (error) {
    throw undecodable(error);
  }
}

function checkSize({ length }: Buffer): void {
  if (length > MAX_MESSAGE_SIZE) throw messageTooLarge(length);
}
