export interface ImageSize {
  type: 'image/jpeg' | 'image/png' | 'image/webp';
  /** Pixels. */
  width: number;
  height: number;
}

/** Reads type and size from the bytes of a picture; `undefined` when it is none of the three. */
export function imageSize(bytes: Buffer): ImageSize | undefined {
  try {
    return pngSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
  } catch {
    // It ends before its size.
    return undefined;
  }
}

function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return undefined;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** The three forms of WebP: lossy, lossless and extended. */
function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  const type = 'image/webp';
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return {
        type,
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
      };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Goes from segment to segment up to the start of the frame, which tells the size. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (!isStartOfFrame(bytes.readUInt16BE(at))) at += 2 + bytes.readUInt16BE(at + 2);
  return {
    type: 'image/jpeg',
    width: bytes.readUInt16BE(at + 7),
    height: bytes.readUInt16BE(at + 5),
  };
}

/** SOF0 to SOF15, among which three markers mean something else. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}
