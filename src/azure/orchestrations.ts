import { OrchestrationRuntimeStatus, type DurableClient } from 'durable-functions';
import { RUN_JOB, WAKE } from '../workflow/orchestration.ts';
import type { Orchestrations } from '../workflow/ports.ts';

const LIVE: readonly OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.ContinuedAsNew,
  OrchestrationRuntimeStatus.Suspended,
];

const ENDED: OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
  OrchestrationRuntimeStatus.Canceled,
];

/** The durable engine through the client that an invocation was given. */
export class DurableOrchestrations implements Orchestrations {
  readonly #makeClient: () => DurableClient;
  #made: DurableClient | undefined;

  /** @param makeClient called when first needed: to make one is work, and few invocations use it. */
  constructor(makeClient: () => DurableClient) {
    this.#makeClient = makeClient;
  }

  async start(jobId: string): Promise<void> {
    try {
      await this.#client.startNew(RUN_JOB, { instanceId: jobId, input: { jobId } });
    } catch (error) {
      // The engine refuses to start an instance that is live, which is what the caller wanted.
      if (!(await this.isLive(jobId))) throw error;
    }
  }

  async isLive(jobId: string): Promise<boolean> {
    const status = await this.#statusOf(jobId);
    return status !== undefined && LIVE.includes(status);
  }

  /** The engine itself looks whether the instance is live; for one that has ended the client is silent. */
  async wake(jobId: string): Promise<void> {
    try {
      await this.#client.raiseEvent(jobId, WAKE, {});
    } catch (error) {
      if (!saysMissing(error)) throw error;
    }
  }

  async purgeBefore(time: string): Promise<void> {
    await this.#client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: new Date(time),
      runtimeStatus: ENDED,
    });
  }

  get #client(): DurableClient {
    return (this.#made ??= this.#makeClient());
  }

  async #statusOf(jobId: string): Promise<OrchestrationRuntimeStatus | undefined> {
    try {
      return (await this.#client.getStatus(jobId, { showInput: false })).runtimeStatus;
    } catch (error) {
      if (saysMissing(error)) return undefined;
      throw error;
    }
  }
}

/**
 * What the client throws for an instance that does not exist: `getStatus` names the HTTP status in
 * its message, `raiseEvent` does not.
 */
function saysMissing(error: unknown): boolean {
  return error instanceof Error && /404|No instance with ID/.test(error.message);
}
