import { crc32, deflateSync } from 'node:zlib';
import { pixelRows, TILE_PIXELS, type Mosaic } from './mosaic.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BIT_TRUE_COLOUR = [8, 2, 0, 0, 0];
const NO_FILTER = 0;

/** Writes a PNG (W3C PNG 1.2, colour type 2). */
export function png(mosaic: Mosaic): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(mosaic.columns * TILE_PIXELS, 0);
  size.writeUInt32BE(mosaic.rows * TILE_PIXELS, 4);
  const scanlines = pixelRows(mosaic).flatMap((row) => [NO_FILTER, ...row.flat()]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, Buffer.from(EIGHT_BIT_TRUE_COLOUR)])),
    chunk('IDAT', deflateSync(Buffer.from(scanlines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
