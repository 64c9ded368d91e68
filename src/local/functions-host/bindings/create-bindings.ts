import { expandBinding, type BindingData } from '../configuration/binding-expression.ts';
import { optionalText, textOption } from '../configuration/binding-option.ts';
import type { HostJson } from '../configuration/host-json.ts';
import type { Settings } from '../configuration/settings.ts';
import type { Binding, HostClock, TypedData } from '../contracts.ts';
import { Bindings, type InputBinding, type OutputBinding } from './bindings.ts';
import type { Connections } from './connections.ts';
import { outgoingMessages } from './messages.ts';

export interface BindingsParts {
  settings: Settings;
  connections: Connections;
  hostJson: HostJson;
  clock: HostClock;
  /** The JSON text of a `durableClient` binding. */
  durableClient(): string;
}

/** The input and output bindings that this host has. */
export function createBindings(parts: BindingsParts): Bindings {
  return new Bindings(
    {
      durableClient: async () => ({ string: parts.durableClient() }),
      blob: blobInput(parts),
    },
    {
      queue: queueOutput(parts),
      serviceBus: serviceBusOutput(parts),
      blob: blobOutput(parts),
    },
  );
}

function expand({ settings, clock }: BindingsParts, text: string, data: BindingData): string {
  return expandBinding(settings.expand(text), data, clock.now());
}

/** A blob that does not exist is no value, as in Azure. */
function blobInput(parts: BindingsParts): InputBinding {
  return async (binding, data) => {
    const { container, blob } = blobOf(parts, binding, data);
    try {
      return { bytes: await container.getBlobClient(blob).downloadToBuffer() };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return {};
      throw error;
    }
  };
}

function blobOutput(parts: BindingsParts): OutputBinding {
  return async (binding, value, data) => {
    const { container, blob } = blobOf(parts, binding, data);
    await container.createIfNotExists();
    const content = blobContent(value);
    await container.getBlockBlobClient(blob).upload(content, content.length);
  };
}

function blobContent(value: TypedData): Buffer {
  if (value.bytes) return Buffer.from(value.bytes);
  return Buffer.from(value.string ?? value.json ?? String(value.int ?? value.double));
}

function blobOf(parts: BindingsParts, binding: Binding, data: BindingData) {
  const path = expand(parts, textOption(binding, 'path'), data);
  const [containerName = '', ...blob] = path.split('/');
  const service = parts.connections.blobs(optionalText(binding, 'connection'));
  return { container: service.getContainerClient(containerName), blob: blob.join('/') };
}

/** The queue is made when it does not exist, as in Azure. */
function queueOutput(parts: BindingsParts): OutputBinding {
  return async (binding, value, data) => {
    const name = expand(parts, textOption(binding, 'queueName'), data).toLowerCase();
    const queue = parts.connections
      .queues(optionalText(binding, 'connection'))
      .getQueueClient(name);
    await queue.createIfNotExists();
    const base64 = parts.hostJson.extensions.queues.messageEncoding === 'base64';
    for (const { body } of outgoingMessages(value)) {
      await queue.sendMessage(body.toString(base64 ? 'base64' : 'utf8'));
    }
  };
}

function serviceBusOutput(parts: BindingsParts): OutputBinding {
  return async (binding, value, data) => {
    const entity = expand(
      parts,
      optionalText(binding, 'queueName') ?? textOption(binding, 'topicName'),
      data,
    );
    const sender = parts.connections.sender(optionalText(binding, 'connection'), entity);
    await sender.sendMessages(outgoingMessages(value));
  };
}
