import { sha256 } from '../../hash.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture of square tiles, each of one colour, mirrored from left to right. */
export interface Mosaic {
  columns: number;
  rows: number;
  /** @returns the colour of one tile. */
  tile: (column: number, row: number) => Colour;
}

/** Pixels along the side of a tile; the size of a JPEG block, so that each tile is one block. */
export const TILE_PIXELS = 8;

/**
 * A small picture that differs from prompt to prompt. Each channel has two values, which makes eight
 * colours at most: the WebP writer relies on it.
 */
export function mosaic(prompt: string, columns: number, rows: number): Mosaic {
  const digest = sha256(prompt);
  const levels = [0, 1, 2].map((channel) => [
    digest.readUInt8(channel) >> 1,
    128 + (digest.readUInt8(channel + 3) >> 1),
  ]);
  return {
    columns,
    rows,
    tile(column, row) {
      const mirrored = Math.min(column, columns - 1 - column);
      const bits = sha256(`${prompt} ${mirrored} ${row}`).readUInt8(0);
      const channel = (index: number) => levels[index]?.[(bits >> index) & 1] ?? 0;
      return [channel(0), channel(1), channel(2)];
    },
  };
}

/** The colours of every pixel, row by row. */
export function pixelRows({ columns, rows, tile }: Mosaic): Colour[][] {
  return times(rows).flatMap((row) => {
    const pixels = times(columns).flatMap((column) => repeated(tile(column, row)));
    return repeated(pixels);
  });
}

function times(count: number): number[] {
  return [...Array(count).keys()];
}

function repeated<T>(item: T): T[] {
  return Array<T>(TILE_PIXELS).fill(item);
}
