import {
  ServiceBusClient,
  type ServiceBusReceiver,
  type ServiceBusReceiverOptions,
} from '@azure/service-bus';
import { SERVICE_BUS_RETRY } from '../bindings/connections.ts';
import { optionalText } from '../configuration/binding-option.ts';
import type { Binding } from '../contracts.ts';
import type { TriggerParts } from './trigger.ts';

/** The queue or subscription that a trigger reads. */
export interface ServiceBusEntity {
  client: ServiceBusClient;
  name: string;
  /** Whether the host completes messages when the function succeeded. */
  autoComplete: boolean;
  receiver(): ServiceBusReceiver;
}

/**
 * @throws when the connection's setting does not exist, or when sessions are asked for.
 */
export function openEntity(binding: Binding, parts: TriggerParts): ServiceBusEntity {
  if (binding['isSessionsEnabled'] === true) {
    throw new Error('sessions are not supported; use an entity without sessions.');
  }
  const { settings, hostJson } = parts;
  const { autoCompleteMessages, maxAutoLockRenewalDuration } = hostJson.extensions.serviceBus;
  const connection = settings.connectionString(optionalText(binding, 'connection'));
  const client = new ServiceBusClient(connection, { retryOptions: SERVICE_BUS_RETRY });
  const options: ServiceBusReceiverOptions = {
    receiveMode: 'peekLock',
    maxAutoLockRenewalDurationInMs: maxAutoLockRenewalDuration,
    skipParsingBodyAsJson: true,
  };
  const [entity = '', subscription] = ['queueName', 'topicName', 'subscriptionName']
    .map((option) => optionalText(binding, option))
    .filter((text) => text !== undefined)
    .map((text) => settings.expand(text));
  return {
    client,
    name: subscription === undefined ? entity : `${entity}/${subscription}`,
    autoComplete: (binding['autoCompleteMessages'] as boolean | undefined) ?? autoCompleteMessages,
    receiver: () =>
      subscription === undefined
        ? client.createReceiver(entity, options)
        : client.createReceiver(entity, subscription, options),
  };
}
