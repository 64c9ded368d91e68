import { nowIso } from '../../../src/clock.ts';
import type { StatusBoard, WatchedWork } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

type WorkName = Pick<WatchedWork, 'endpoint' | 'upstreamId'>;

/** What the status board holds, as text: nobody can change it by keeping hold of an object. */
export class BoardRecords {
  readonly watched = new Map<string, string>();
  readonly notices = new Map<string, { snapshot: string; at: string }>();
  /** When the list of each endpoint was read to its end. */
  readonly listed = new Map<string, string>();
}

/** The status board in memory. */
export class MemoryStatusBoard implements StatusBoard {
  readonly #records: BoardRecords;
  readonly #around: Around;

  constructor(records: BoardRecords, around: Around) {
    this.#records = records;
    this.#around = around;
  }

  async watch(work: WatchedWork): Promise<void> {
    await this.#around('board.watch', () => {
      const { watched } = this.#records;
      if (!watched.has(keyOf(work))) watched.set(keyOf(work), JSON.stringify(work));
    });
  }

  async unwatch(work: WorkName): Promise<void> {
    await this.#around('board.unwatch', () => this.#records.watched.delete(keyOf(work)));
    await this.#around('board.forget', () => this.#records.notices.delete(keyOf(work)));
  }

  async *watched(): AsyncGenerator<WatchedWork> {
    const all = await this.#around('board.watched', () => [...this.#records.watched.values()]);
    yield* all.map((record) => JSON.parse(record) as WatchedWork);
  }

  put(work: WorkName, snapshot: unknown): Promise<'changed' | 'same'> {
    return this.#around('board.put', () => {
      const { notices } = this.#records;
      const notice = { snapshot: JSON.stringify(snapshot), at: nowIso() };
      if (notices.get(keyOf(work))?.snapshot === notice.snapshot) return 'same';
      notices.set(keyOf(work), notice);
      return 'changed';
    });
  }

  async putListed(endpoint: string, at: string): Promise<void> {
    await this.#around('board.putListed', () => this.#records.listed.set(endpoint, at));
  }

  read(work: WorkName): Promise<{ snapshot: unknown; listedAt: string } | undefined> {
    return this.#around('board.read', () => {
      const notice = this.#records.notices.get(keyOf(work));
      if (!notice) return undefined;
      const listed = this.#records.listed.get(work.endpoint) ?? notice.at;
      const listedAt = listed > notice.at ? listed : notice.at;
      return { snapshot: JSON.parse(notice.snapshot) as unknown, listedAt };
    });
  }
}

function keyOf({ endpoint, upstreamId }: WorkName): string {
  return JSON.stringify([endpoint, upstreamId]);
}
