import type { ImageTool } from '../create-request.ts';
import { jpeg } from './jpeg.ts';
import { mosaic, type Mosaic } from './mosaic.ts';
import { png } from './png.ts';
import { webp } from './webp.ts';

type Format = NonNullable<ImageTool['output_format']>;
type Size = NonNullable<ImageTool['size']>;

const WRITERS: Record<Format, (mosaic: Mosaic) => Buffer> = { png, jpeg, webp };

/** Columns and rows of tiles: the shape of the size asked for, a sixteenth of its length. */
const TILES: Record<Size, readonly [columns: number, rows: number]> = {
  auto: [8, 8],
  '1024x1024': [8, 8],
  '1024x1536': [8, 12],
  '1536x1024': [12, 8],
};

/** A small true picture for a prompt, in the format and the shape that the tool asks for. */
export function drawImage(prompt: string, tool: ImageTool): Buffer {
  const [columns, rows] = TILES[tool.size ?? 'auto'];
  return WRITERS[tool.output_format ?? 'png'](mosaic(prompt, columns, rows));
}
