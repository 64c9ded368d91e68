import rhea from 'rhea';
import type { AmqpMessage } from './amqp-message.ts';

/**
 * Answers a request to `$cbs` (claims-based security). Any token for any audience is good: whoever
 * reaches a broker on this machine may use it, as with Microsoft's emulator.
 */
export function cbsResponse(request: AmqpMessage): AmqpMessage {
  const accepted = request.application_properties?.['operation'] === 'put-token';
  return {
    ...(request.message_id !== undefined && { correlation_id: request.message_id }),
    body: undefined,
    application_properties: {
      'status-code': rhea.types.wrap_int(accepted ? 202 : 400),
      'status-description': accepted ? 'Accepted' : 'The operation must be put-token.',
    },
  };
}
