import type { Colour, Mosaic } from '../../responses/images/mosaic.ts';
import { BitWriter } from './bit-writer.ts';

/** Pixels along the side of a macroblock. */
const MACROBLOCK = 16;
const LEVEL = 40;
const FRAME_NUMBER_BITS = 8;

const NAL = { idr: 0x65, inter: 0x41, sequence: 0x67, picture: 0x68 };
const MB_TYPE = { vertical: 1, horizontal: 2, pcm: 25 };
const CHROMA_MODE = { horizontal: 1, vertical: 2 };

/** A video of one still picture, as NAL units of H.264 (ITU-T H.264, constrained baseline). */
export interface StillVideo {
  sequenceParameters: Buffer;
  pictureParameters: Buffer;
  /** One for each frame, the first of them a key frame. */
  frames: Buffer[];
}

/**
 * Codes a mosaic stretched to a size. The first pixel block of each tile is given as it is (I_PCM),
 * the rest of the tile is predicted from it without residuals, and every further frame skips all.
 * @param width even, as is `height`: pixels.
 */
export function stillVideo(
  mosaic: Mosaic,
  width: number,
  height: number,
  frameCount: number,
): StillVideo {
  const columns = Math.ceil(width / MACROBLOCK);
  const rows = Math.ceil(height / MACROBLOCK);
  return {
    sequenceParameters: sequenceParameters(columns, rows, width, height),
    pictureParameters: pictureParameters(),
    frames: Array.from({ length: frameCount }, (_, index) =>
      index === 0 ? keyFrame(mosaic, columns, rows) : skippedFrame(index, columns * rows),
    ),
  };
}

function sequenceParameters(columns: number, rows: number, width: number, height: number): Buffer {
  const cropping = (used: number, whole: number) => (whole * MACROBLOCK - used) / 2;
  const writer = new BitWriter()
    .bytes([NAL.sequence, 66, 0xc0, LEVEL])
    .ue(0) // identifier
    .ue(FRAME_NUMBER_BITS - 4)
    .ue(2) // frames are shown in the order in which they are coded
    .ue(1) // reference frames
    .bits(0, 1) // no gaps in frame numbers
    .ue(columns - 1)
    .ue(rows - 1)
    .bits(0b11, 2) // whole frames, direct_8x8_inference
    .bits(1, 1) // cropping: left, right, top, bottom, in units of two pixels
    .ue(0)
    .ue(cropping(width, columns))
    .ue(0)
    .ue(cropping(height, rows))
    .bits(0, 1); // no usability information
  return unit(writer);
}

function pictureParameters(): Buffer {
  const writer = new BitWriter()
    .bytes([NAL.picture])
    .ue(0) // identifier
    .ue(0) // of the sequence parameters
    .bits(0, 2) // CAVLC, no field order
    .ue(0) // one slice group
    .ue(0)
    .ue(0)
    .bits(0, 3) // no weighted prediction
    .ue(0)
    .ue(0)
    .ue(0) // quantisation as usual: signed zeros are coded as unsigned ones
    .bits(0b100, 3); // slices say whether they are deblocked
  return unit(writer);
}

function keyFrame(mosaic: Mosaic, columns: number, rows: number): Buffer {
  const writer = new BitWriter()
    .bytes([NAL.idr])
    .ue(0) // first macroblock
    .ue(7) // every slice of the picture is intra-coded
    .ue(0)
    .bits(0, FRAME_NUMBER_BITS)
    .ue(0) // identifier of the key frame
    .bits(0, 2) // no marking of references
    .ue(0)
    .ue(1); // no deblocking
  const kinds = macroblockKinds(mosaic, columns, rows);
  kinds.forEach((line, row) =>
    line.forEach((kind, column) => {
      if (kind === 'pcm') pcm(writer, colourAt(mosaic, columns, rows, column, row));
      else
        predicted(writer, kind, line[column - 1] === 'pcm' || kinds[row - 1]?.[column] === 'pcm');
    }),
  );
  return unit(writer);
}

type Kind = 'pcm' | 'horizontal' | 'vertical';

/** The first macroblock of each tile is given, its row is taken from the left, the rest from above. */
function macroblockKinds(mosaic: Mosaic, columns: number, rows: number): Kind[][] {
  const begins = (index: number, count: number, tiles: number) =>
    index === 0 || tileOf(index, count, tiles) !== tileOf(index - 1, count, tiles);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      if (!begins(row, rows, mosaic.rows)) return 'vertical';
      return begins(column, columns, mosaic.columns) ? 'pcm' : 'horizontal';
    }),
  );
}

function tileOf(index: number, count: number, tiles: number): number {
  return Math.floor((index * tiles) / count);
}

function colourAt(
  mosaic: Mosaic,
  columns: number,
  rows: number,
  column: number,
  row: number,
): Colour {
  return mosaic.tile(tileOf(column, columns, mosaic.columns), tileOf(row, rows, mosaic.rows));
}

function pcm(writer: BitWriter, colour: Colour): void {
  const [luma, blue, red] = limitedRange(colour);
  const samples = (value: number, count: number) => Array.from({ length: count }, () => value);
  writer
    .ue(MB_TYPE.pcm)
    .align()
    .bytes([...samples(luma, 256), ...samples(blue, 64), ...samples(red, 64)]);
}

/** @param besideGiven whether the left or the upper neighbour is I_PCM, which counts 16 coefficients. */
function predicted(writer: BitWriter, kind: 'horizontal' | 'vertical', besideGiven: boolean): void {
  writer.ue(MB_TYPE[kind]).ue(CHROMA_MODE[kind]).ue(0);
  // No coefficients: how that is coded depends on how many the neighbours have.
  if (besideGiven) writer.bits(0b000011, 6);
  else writer.bits(1, 1);
}

function skippedFrame(index: number, macroblocks: number): Buffer {
  const writer = new BitWriter()
    .bytes([NAL.inter])
    .ue(0)
    .ue(5) // every slice of the picture is predicted
    .ue(0)
    .bits(index % 2 ** FRAME_NUMBER_BITS, FRAME_NUMBER_BITS)
    .bits(0, 3) // references as usual
    .ue(0)
    .ue(1) // no deblocking
    .ue(macroblocks); // all skipped
  return unit(writer);
}

/** ITU-R BT.601 in studio range, which players assume when they are told nothing. */
function limitedRange([red, green, blue]: Colour): [number, number, number] {
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  return [
    Math.round(16 + (luma * 219) / 255),
    Math.round(128 + ((blue - luma) / 1.772) * (224 / 255)),
    Math.round(128 + ((red - luma) / 1.402) * (224 / 255)),
  ];
}

/** Ends a NAL unit, and keeps start codes from appearing in it. */
function unit(writer: BitWriter): Buffer {
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of writer.bits(1, 1).toBuffer()) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}
