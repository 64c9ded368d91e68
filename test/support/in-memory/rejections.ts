import type { Rejection, Rejections } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';
import type { Files } from './job-state.ts';

/** The `rejected` container in memory. */
export class MemoryRejections implements Rejections {
  readonly #files: Files;
  readonly #around: Around;

  constructor(files: Files, around: Around) {
    this.#files = files;
    this.#around = around;
  }

  putOnce(name: string, rejection: Rejection): Promise<{ rejection: Rejection; url: string }> {
    return this.#around('rejections.putOnce', () => {
      const text = this.#files.get(name) ?? JSON.stringify(rejection);
      this.#files.set(name, text);
      return {
        rejection: JSON.parse(text) as Rejection,
        url: `https://storage.example/rejected/${name}`,
      };
    });
  }
}
