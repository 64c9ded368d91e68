import type { PixelSize } from './picture.ts';

/** The first chunk tells the size, each kind in its own way (RFC 9649, sections 2.5 to 2.7). */
export function readWebpSize(bytes: Buffer): PixelSize | undefined {
  if (bytes.length < 30) return undefined;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
    case 'VP8L':
      return losslessSize(bytes.readUInt32LE(21));
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}

function losslessSize(bits: number): PixelSize {
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
