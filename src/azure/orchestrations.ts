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
  readonly #client: DurableClient;

  constructor(client: DurableClient) {
    this.#client = client;
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

  async wake(jobId: string): Promise<void> {
    if (await this.isLive(jobId)) await this.#client.raiseEvent(jobId, WAKE, {});
  }

  async purgeBefore(time: string): Promise<void> {
    await this.#client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: new Date(time),
      runtimeStatus: ENDED,
    });
  }

  /** The client throws for an instance that does not exist, naming the HTTP status in its message. */
  async #statusOf(jobId: string): Promise<OrchestrationRuntimeStatus | undefined> {
    try {
      return (await this.#client.getStatus(jobId, { showInput: false })).runtimeStatus;
    } catch (error) {
      if (error instanceof Error && error.message.includes('404')) return undefined;
      throw error;
    }
  }
}
