import type { PixelSize } from './picture.ts';

/** Start-of-frame markers; C4, C8 and CC in between are others (ITU-T T.81, table B.1). */
const FRAME = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);

/** From here on there are pixels, or nothing. */
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** Markers that stand alone, without a segment: TEM and the restarts. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** Walks the segments up to the frame header, which metadata of any length may precede. */
export function readJpegSize(bytes: Buffer): PixelSize | undefined {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? END_OF_IMAGE;
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return undefined;
    if (FRAME.has(marker)) return frameSize(bytes, at);
    if (marker === 0xff) at += 1;
    else at += standsAlone(marker) ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** A height of zero is told later, after the pixels. */
function frameSize(bytes: Buffer, at: number): PixelSize | undefined {
  const height = bytes.readUInt16BE(at + 5);
  return height === 0 ? undefined : { width: bytes.readUInt16BE(at + 7), height };
}
