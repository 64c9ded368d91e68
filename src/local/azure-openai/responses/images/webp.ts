import { Bits } from './bits.ts';
import { pixelRows, TILE_PIXELS, type Colour, type Mosaic } from './mosaic.ts';

const LOSSLESS_SIGNATURE = 0x2f;
const OPAQUE = 255;
const RED = 0;
const GREEN = 1;
const BLUE = 2;

/**
 * Writes a lossless WebP (RFC 9649). Only simple prefix codes are used, which name one or two
 * symbols: enough, as each channel of a mosaic has at most two values.
 */
export function webp(mosaic: Mosaic): Buffer {
  const data = Buffer.from(bitstream(mosaic));
  const padded = Buffer.concat([data, Buffer.alloc(data.length % 2)]);
  return Buffer.concat([
    Buffer.from('RIFF'),
    length(padded.length + 12),
    Buffer.from('WEBPVP8L'),
    length(data.length),
    padded,
  ]);
}

function length(bytes: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(bytes);
  return buffer;
}

function bitstream(mosaic: Mosaic): number[] {
  const pixels = pixelRows(mosaic).flat();
  const bits = new Bits();
  bits.pushLowFirst(LOSSLESS_SIGNATURE, 8);
  bits.pushLowFirst(mosaic.columns * TILE_PIXELS - 1, 14);
  bits.pushLowFirst(mosaic.rows * TILE_PIXELS - 1, 14);
  // No alpha, version 0, no transform, no colour cache, one set of prefix codes for the image.
  bits.pushLowFirst(0, 1 + 3 + 1 + 1 + 1);

  const green = writeCode(bits, levels(pixels, GREEN));
  const red = writeCode(bits, levels(pixels, RED));
  const blue = writeCode(bits, levels(pixels, BLUE));
  writeCode(bits, [OPAQUE]);
  writeCode(bits, [0]); // Distances of back references, of which there are none.
  for (const pixel of pixels) {
    green(bits, pixel[GREEN]);
    red(bits, pixel[RED]);
    blue(bits, pixel[BLUE]);
  }
  return bits.toBytesLowFirst();
}

function levels(pixels: Colour[], channel: 0 | 1 | 2): number[] {
  return [...new Set(pixels.map((pixel) => pixel[channel]))].sort((one, other) => one - other);
}

/** Writes a simple prefix code; the answer writes a symbol in it (a lone symbol takes no bits). */
function writeCode(bits: Bits, symbols: number[]): (bits: Bits, symbol: number) => void {
  bits.pushLowFirst(1, 1); // Simple.
  bits.pushLowFirst(symbols.length - 1, 1);
  bits.pushLowFirst(1, 1); // The first symbol takes eight bits, as any second one does.
  for (const symbol of symbols) bits.pushLowFirst(symbol, 8);
  return (target, symbol) => target.pushLowFirst(symbols.indexOf(symbol), symbols.length - 1);
}
