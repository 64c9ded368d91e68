import type { Upstream } from '../../../src/kinds/upstream.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';

/** Virtual time that does not go on while a real call is under way. */
export class PatientClock extends VirtualClock {
  readonly #underWay = new Set<Promise<unknown>>();

  override async advance(): Promise<boolean> {
    do {
      await Promise.allSettled(this.#underWay);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    } while (this.#underWay.size > 0);
    return super.advance();
  }

  /** The same upstream, its calls waited for; a download is under way until it was read. */
  patientWith(upstream: Upstream): Upstream {
    return {
      send: (request) => this.#awaited(upstream.send(request)),
      download: async (request) => {
        const reply = await this.#awaited(upstream.download(request));
        return 'content' in reply ? { ...reply, content: this.#read(reply.content) } : reply;
      },
    };
  }

  #awaited<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const over = () => this.#underWay.delete(work);
    work.then(over, over);
    return work;
  }

  #read(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { promise, resolve } = Promise.withResolvers<void>();
    void this.#awaited(promise);
    return readThrough(content, resolve);
  }
}

async function* readThrough(
  content: AsyncIterable<Uint8Array>,
  over: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } finally {
    over();
  }
}
