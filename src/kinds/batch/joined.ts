import type { Parts } from '../ports.ts';

const LF = 10;
const LINE_BREAK = Uint8Array.of(LF);

/** A file of all parts as one, in the order of the parts; those without one are passed over. */
export async function* joined(
  parts: Pick<Parts, 'output'>,
  count: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  for (let number = 1; number <= count; number += 1) {
    const content = await parts.output(number, name);
    if (content) yield* endedByLineBreak(content);
  }
}

/** A last line without a line break would run into the next part's first. */
async function* endedByLineBreak(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last = LF;
  for await (const chunk of content) {
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  if (last !== LF) yield LINE_BREAK;
}
