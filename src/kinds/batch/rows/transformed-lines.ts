import { LineSplitter, type Line } from './line-splitter.ts';

/**
 * A stream of lines, each replaced by what `transform` makes of it: pieces that may point into the
 * line's own bytes. About as many bytes are held as a chunk of the content has.
 *
 * @param longest bytes of a line that is held.
 */
export async function* transformLines(
  content: AsyncIterable<Uint8Array>,
  longest: number,
  transform: (line: Line) => readonly Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  const splitter = new LineSplitter(longest, (line) => pieces.push(...transform(line)));
  for await (const chunk of content) {
    splitter.push(chunk);
    if (pieces.length > 0) yield Buffer.concat(pieces);
    pieces = [];
  }
  splitter.end();
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
