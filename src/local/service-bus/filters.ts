import type { AmqpMessage } from './amqp-message.ts';
import type { CorrelationConditions } from './configuration.ts';

/** The broker properties that a correlation filter may name, and their names in AMQP. */
const BROKER_PROPERTIES = new Map([
  ['correlationId', 'correlation_id'],
  ['messageId', 'message_id'],
  ['to', 'to'],
  ['replyTo', 'reply_to'],
  ['subject', 'subject'],
  ['sessionId', 'group_id'],
  ['replyToSessionId', 'reply_to_group_id'],
  ['contentType', 'content_type'],
]);

/**
 * Whether a message passes a correlation filter: all conditions must hold, exactly in type and case
 * (https://learn.microsoft.com/azure/service-bus-messaging/topic-filters#correlation-filters).
 * @param conditions names of broker properties mean those, any other name an application property,
 *   and so does every name under `applicationProperties`. Absent conditions let everything pass, as
 *   Azure's TrueFilter does.
 */
export function passes(message: AmqpMessage, conditions?: CorrelationConditions): boolean {
  const { applicationProperties = {}, ...others } = conditions ?? {};
  const properties: Record<string, unknown> = message.application_properties ?? {};
  const fields: Record<string, unknown> = { ...message };
  return (
    Object.entries(applicationProperties).every(([name, value]) => properties[name] === value) &&
    Object.entries(others).every(([name, value]) => {
      const field = BROKER_PROPERTIES.get(name);
      return (field === undefined ? properties[name] : fields[field]) === value;
    })
  );
}
