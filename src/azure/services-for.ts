import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Orchestrations } from '../workflow/ports.ts';
import { DurableOrchestrations } from './orchestrations.ts';
import { services, type AzureServices } from './services.ts';

export type InvocationServices = AzureServices & { orchestrations: Orchestrations };

/**
 * The services with the durable engine, which an invocation reaches through a client of its own.
 *
 * @param context of a function that has `durableClient` among its extra inputs.
 */
export function servicesFor(context: InvocationContext): InvocationServices {
  const orchestrations = new DurableOrchestrations(() => df.getClient(context));
  return { ...services(), orchestrations };
}

/** To be listed among the extra inputs of every function that uses {@link servicesFor}. */
export const durableClient = df.input.durableClient();
