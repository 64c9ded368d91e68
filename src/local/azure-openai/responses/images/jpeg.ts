import { Bits } from './bits.ts';
import { TILE_PIXELS, type Colour, type Mosaic } from './mosaic.ts';

/** A block's mean is stored divided by this; 8 makes one step of it one level of brightness. */
const QUANTUM = 8;
const CATEGORIES = 12;
const CATEGORY_CODE_BITS = 4;
const COMPONENTS = [1, 2, 3];

/**
 * Writes a baseline JPEG (ITU-T T.81, JFIF) without chroma subsampling. Each tile is one block of one
 * colour, so only means (DC coefficients) are coded.
 */
export function jpeg(mosaic: Mosaic): Buffer {
  return Buffer.from([
    ...marker(0xd8),
    ...segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...Array.from({ length: 64 }, () => QUANTUM)]),
    ...segment(0xc0, [
      8,
      ...word(mosaic.rows * TILE_PIXELS),
      ...word(mosaic.columns * TILE_PIXELS),
      COMPONENTS.length,
      ...COMPONENTS.flatMap((component) => [component, 0x11, 0]),
    ]),
    ...segment(0xc4, [0x00, ...codeLengths(CATEGORY_CODE_BITS, CATEGORIES), ...categories()]),
    // The only AC code: end of block, in one bit.
    ...segment(0xc4, [0x10, ...codeLengths(1, 1), 0]),
    ...segment(0xda, [COMPONENTS.length, ...COMPONENTS.flatMap((c) => [c, 0]), 0, 63, 0]),
    ...scan(mosaic),
    ...marker(0xd9),
  ]);
}

function scan({ columns, rows, tile }: Mosaic): number[] {
  const bits = new Bits();
  let previous: number[] = COMPONENTS.map(() => 0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const means = luminanceAndChroma(tile(column, row));
      means.forEach((mean, component) => pushBlock(bits, mean - (previous[component] ?? 0)));
      previous = means;
    }
  }
  // A data byte of all ones is followed by a zero, to tell it from a marker.
  return bits.toBytesHighFirst().flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte]));
}

function pushBlock(bits: Bits, difference: number): void {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  bits.pushHighFirst(category, CATEGORY_CODE_BITS);
  bits.pushHighFirst(difference < 0 ? difference + 2 ** category - 1 : difference, category);
  bits.pushHighFirst(0, 1);
}

/** JFIF's conversion, centred on zero. */
function luminanceAndChroma([red, green, blue]: Colour): number[] {
  const luminance = 0.299 * red + 0.587 * green + 0.114 * blue;
  return [luminance - 128, (blue - luminance) / 1.772, (red - luminance) / 1.402].map(Math.round);
}

/** How many codes there are of each length from one to sixteen bits. */
function codeLengths(bits: number, codes: number): number[] {
  return Array.from({ length: 16 }, (_, index) => (index === bits - 1 ? codes : 0));
}

function categories(): number[] {
  return Array.from({ length: CATEGORIES }, (_, category) => category);
}

function marker(code: number): number[] {
  return [0xff, code];
}

function segment(code: number, content: number[]): number[] {
  return [...marker(code), ...word(content.length + 2), ...content];
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}
