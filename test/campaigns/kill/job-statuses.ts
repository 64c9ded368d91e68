import { odata, TableClient } from '@azure/data-tables';
import { clock } from '../../../src/clock.ts';
import type { Status } from '../../../src/jobs/status.ts';

/** Real milliseconds between two looks. */
const EVERY = 500;

/** What came of a look: whether it worked, and when it began. */
interface Look {
  begunAt: number;
  statuses: Promise<ReadonlyMap<string, Status>>;
}

/**
 * Which jobs ask for a choice or have ended, read from the table in one query for all who wait. To ask
 * the app for each job would be most of what a stack under fire does, and virtual time stands still
 * while the app answers: with a dozen who ask all the time it hardly passes on a busy machine.
 */
export class JobStatuses {
  readonly #table: TableClient;
  #look: Look | undefined;

  /** @param storage the connection string. */
  constructor(storage: string) {
    this.#table = TableClient.fromConnectionString(storage, 'jobs', {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
  }

  /**
   * @returns nothing while the job is neither at its end nor asks for anything.
   * @throws Error while storage is away.
   */
  async of(id: string): Promise<Status | undefined> {
    const now = clock().now();
    if (!this.#look || now - this.#look.begunAt >= EVERY) {
      this.#look = { begunAt: now, statuses: this.#read() };
    }
    return (await this.#look.statuses).get(id);
  }

  async #read(): Promise<ReadonlyMap<string, Status>> {
    const filter = odata`RowKey eq 'job' and status ne 'queued' and status ne 'running'`;
    const select = ['PartitionKey', 'status'];
    const statuses = new Map<string, Status>();
    for await (const row of this.#table.listEntities<{ status: Status }>({
      queryOptions: { filter, select },
    })) {
      statuses.set(row.partitionKey ?? '', row.status);
    }
    return statuses;
  }
}
