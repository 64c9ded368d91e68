import type { JobEvent } from '../../../src/jobs/events.ts';
import type { Announcement, Announcements } from '../../../src/workflow/notices/ports.ts';
import type { Around } from './around.ts';

/** Events that are no job's, in memory, by their ids. */
export class MemoryAnnouncements implements Announcements {
  readonly #stored: Map<string, Announcement>;
  readonly #around: Around;

  constructor(stored: Map<string, Announcement>, around: Around) {
    this.#stored = stored;
    this.#around = around;
  }

  putOnce(event: JobEvent): Promise<Announcement> {
    return this.#around('announcements.putOnce', () => {
      const announcement = this.#stored.get(event.id) ?? { event, published: false };
      this.#stored.set(event.id, announcement);
      return announcement;
    });
  }

  async markPublished(event: JobEvent): Promise<void> {
    await this.#around('announcements.markPublished', () =>
      this.#stored.set(event.id, { event, published: true }),
    );
  }

  async *unpublished(): AsyncGenerator<JobEvent> {
    const all = await this.#around('announcements.unpublished', () => [...this.#stored.values()]);
    yield* all.filter(({ published }) => !published).map(({ event }) => event);
  }
}
