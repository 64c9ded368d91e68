import type {
  AdmissionStore,
  CountedCalls,
  Desk,
  Versioned,
  Waiter,
} from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

const NO_DESK: Desk = { holders: [], queued: false, entries: [] };

/** A record as text, with how often it was written. */
interface Row {
  record: string;
  version: number;
}

/** What the store holds, as text: nobody can change it by keeping hold of an object. */
export class AdmissionRecords {
  readonly desks = new Map<string, Row & { deployment: string }>();
  readonly calls = new Map<string, Row>();
  /** By deployment and key. */
  readonly queues = new Map<string, Map<string, string>>();

  desk(deployment: string): Desk {
    const row = this.desks.get(deployment.toLowerCase());
    return row ? (JSON.parse(row.record) as Desk) : NO_DESK;
  }

  /** In order. */
  queue(deployment: string): Waiter[] {
    const rows = [...(this.queues.get(deployment.toLowerCase()) ?? [])];
    const sorted = rows.sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.map(([, record]) => JSON.parse(record) as Waiter);
  }
}

/** Desks, queues and counted calls in memory. */
export class MemoryAdmissionStore implements AdmissionStore {
  readonly #records: AdmissionRecords;
  readonly #around: Around;

  constructor(records: AdmissionRecords, around: Around) {
    this.#records = records;
    this.#around = around;
  }

  readDesk(deployment: string): Promise<Versioned<Desk>> {
    return this.#around('admission.readDesk', () => {
      const version = this.#records.desks.get(deployment.toLowerCase())?.version ?? 0;
      return { value: this.#records.desk(deployment), version: String(version) };
    });
  }

  replaceDesk(deployment: string, desk: Desk, version: string): Promise<boolean> {
    return this.#around('admission.replaceDesk', () =>
      replaced(this.#records.desks, deployment.toLowerCase(), version, {
        deployment,
        record: JSON.stringify(desk),
      }),
    );
  }

  async *desks(): AsyncGenerator<Versioned<Desk> & { deployment: string }> {
    const rows = await this.#around('admission.desks', () => [...this.#records.desks.values()]);
    for (const { deployment, record, version } of rows) {
      yield { deployment, value: JSON.parse(record) as Desk, version: String(version) };
    }
  }

  async enqueue(deployment: string, waiter: Waiter): Promise<void> {
    await this.#around('admission.enqueue', () => {
      const { queues } = this.#records;
      const name = deployment.toLowerCase();
      const queue = queues.get(name) ?? new Map<string, string>();
      queues.set(name, queue.set(waiter.key, JSON.stringify(waiter)));
    });
  }

  async dequeue(deployment: string, { key }: Pick<Waiter, 'key'>): Promise<void> {
    await this.#around('admission.dequeue', () =>
      this.#records.queues.get(deployment.toLowerCase())?.delete(key),
    );
  }

  head(deployment: string, top: number): Promise<Waiter[]> {
    return this.#around('admission.head', () => this.#records.queue(deployment).slice(0, top));
  }

  ahead(deployment: string, key: string): Promise<number> {
    return this.#around(
      'admission.ahead',
      () => this.#records.queue(deployment).filter((waiter) => waiter.key < key).length,
    );
  }

  readCalls(deployment: string, shard: number): Promise<Versioned<CountedCalls[]>> {
    return this.#around('admission.readCalls', () => {
      const row = this.#records.calls.get(callsKey(deployment, shard));
      const value = row ? (JSON.parse(row.record) as CountedCalls[]) : [];
      return { value, version: String(row?.version ?? 0) };
    });
  }

  replaceCalls(
    deployment: string,
    shard: number,
    calls: CountedCalls[],
    version: string,
  ): Promise<boolean> {
    return this.#around('admission.replaceCalls', () =>
      replaced(this.#records.calls, callsKey(deployment, shard), version, {
        record: JSON.stringify(calls),
      }),
    );
  }
}

const callsKey = (deployment: string, shard: number) => `${shard}/${deployment.toLowerCase()}`;

function replaced<T extends Row>(
  rows: Map<string, T>,
  key: string,
  version: string,
  row: Omit<T, 'version'>,
): boolean {
  const current = rows.get(key)?.version ?? 0;
  if (String(current) !== version) return false;
  rows.set(key, { ...row, version: current + 1 } as T);
  return true;
}
