/** Cuts a stream into blocks of `size` bytes; the last one may be shorter.. */
export async function* blocksOf(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of content) {
    let rest = chunk;
    while (held + rest.length >= size) {
      const taken = size - held;
      yield Buffer.concat([...parts, rest.subarray(0, taken)]);
      parts = [];
      held = 0;
      rest = rest.subarray(taken);
    }
    if (rest.length > 0) parts.push(rest);
    held += rest.length;
  }
  if (held > 0) yield Buffer.concat(parts);
}
