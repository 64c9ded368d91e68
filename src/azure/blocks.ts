/**
 * Buffers of one size that are filled again and again: made anew for each block, they would pile up
 * until they are collected as garbage, and that comes late for large buffers.
 */
export class BlockBuffers {
  readonly #size: number;
  readonly #free: Buffer[] = [];

  /** @param size in bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size);
  }

  /** For a buffer that nobody reads any more. */
  give(buffer: Buffer): void {
    if (buffer.length === this.#size) this.#free.push(buffer);
  }
}

/** Cuts a stream into blocks of the buffers' size; the last one may be shorter. */
export async function* blocksOf(
  content: AsyncIterable<Uint8Array>,
  buffers: BlockBuffers,
): AsyncGenerator<Buffer> {
  let block = buffers.take();
  let filled = 0;
  for await (const chunk of content) {
    for (let rest = chunk; rest.length > 0;) {
      const taken = rest.subarray(0, block.length - filled);
      block.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
      if (filled < block.length) continue;
      yield block;
      block = buffers.take();
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
