import rhea from 'rhea';
import type { EventContext, Sender } from 'rhea';
import type { AmqpMessage } from './amqp-message.ts';
import { cbsResponse } from './cbs.ts';
import { Fault } from './fault.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Management, ManagementBody } from './management.ts';
import type { Outcomes } from './outcomes.ts';

type Respond = (request: AmqpMessage, now: number) => AmqpMessage;

/**
 * Requests and responses over a pair of links, as `$cbs` and `$management` have them. The response
 * leaves through the link whose name the request gives as its reply-to.
 */
export class Requests {
  readonly #management: Management;
  readonly #outcomes: Outcomes;
  readonly #commit: GroupCommit;
  readonly #now: () => number;

  constructor(management: Management, outcomes: Outcomes, commit: GroupCommit, now: () => number) {
    this.#management = management;
    this.#outcomes = outcomes;
    this.#commit = commit;
    this.#now = now;
  }

  /** What answers the requests to an address, or undefined when it takes none. */
  responderFor(address: string): ((context: EventContext) => void) | undefined {
    if (address.toLowerCase() === '$cbs') return (context) => this.#respond(context, cbsResponse);
    const entity = /^(.+)\/\$management$/i.exec(address)?.[1];
    if (entity === undefined) return undefined;
    return (context) =>
      this.#respond(context, (request, now) => respondFor(this.#management, entity, request, now));
  }

  #respond({ connection, delivery, message }: EventContext, respond: Respond): void {
    if (delivery === undefined || message === undefined) return;
    this.#outcomes.settle(delivery, 'accepted');
    const response = respond(message, this.#now());
    const link = connection.find_sender(({ name }: Sender) => name === message.reply_to);
    this.#commit.afterCommit(() => link?.send(response));
  }
}

function respondFor(
  management: Management,
  entity: string,
  request: AmqpMessage,
  now: number,
): AmqpMessage {
  const operation = String(request.application_properties?.['operation']);
  const body = (request.body ?? {}) as ManagementBody;
  try {
    const response = management.handle(entity, operation, body, now);
    return responseTo(request, { statusCode: response === undefined ? 204 : 200 }, response);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { status, message, condition } = error;
    return responseTo(request, {
      statusCode: status,
      statusDescription: message,
      errorCondition: condition,
    });
  }
}

function responseTo(
  request: AmqpMessage,
  { statusCode, ...texts }: { statusCode: number; [property: string]: unknown },
  body?: ManagementBody,
): AmqpMessage {
  return {
    ...(request.message_id !== undefined && { correlation_id: request.message_id }),
    body,
    application_properties: { statusCode: rhea.types.wrap_int(statusCode), ...texts },
  };
}
