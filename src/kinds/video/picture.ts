import { isObject } from '../../jobs/json.ts';
import { readJpegSize } from './jpeg.ts';
import { readWebpSize } from './webp.ts';

/** Bytes from the beginning in which a picture's size is looked for; metadata may come before it. */
export const HEAD_BYTES = 1_048_576;

export interface PixelSize {
  width: number;
  height: number;
}

/** A picture of one of the three formats that upstream takes. */
export interface Picture {
  contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  extension: string;
  /** Undefined when the beginning does not tell. */
  size: PixelSize | undefined;
}

/**
 * Tells a picture by its first bytes.
 *
 * @returns undefined when it is of none of the formats.
 */
export function readPicture(head: Uint8Array): Picture | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') {
    return { contentType: 'image/png', extension: 'png', size: readPngSize(bytes) };
  }
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') {
    return { contentType: 'image/jpeg', extension: 'jpg', size: readJpegSize(bytes) };
  }
  if (/^RIFF.{4}WEBP/s.test(bytes.toString('latin1', 0, 12))) {
    return { contentType: 'image/webp', extension: 'webp', size: readWebpSize(bytes) };
  }
  return undefined;
}

/** The header chunk comes first (PNG specification, 5.6). */
function readPngSize(bytes: Buffer): PixelSize | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/**
 * Why a picture cannot be the reference of a video of `size`, told as what was found and what is
 * allowed; undefined when nothing speaks against it.
 */
export function pictureFault(head: Uint8Array, size: string): string | undefined {
  const picture = readPicture(head);
  if (!picture) {
    return `holds no picture, by its first bytes: it must be a JPEG, PNG or WebP of exactly ${size} pixels`;
  }
  if (!picture.size || `${picture.size.width}x${picture.size.height}` === size) return undefined;
  const { width, height } = picture.size;
  return `holds a picture of ${width}x${height} pixels: it must be exactly ${size}, the size of the video. Scale it, or ask for another size`;
}

/** The beginning of the picture in `image_url`, when it is there in base64. */
export function dataUrlHead(reference: unknown): Uint8Array | undefined {
  const url = isObject(reference) ? reference['image_url'] : undefined;
  const data = typeof url === 'string' ? /^data:image\/(?:jpeg|png|webp);base64,/i.exec(url) : null;
  if (typeof url !== 'string' || !data) return undefined;
  const start = data[0].length;
  return Buffer.from(url.slice(start, start + (HEAD_BYTES / 3) * 4), 'base64');
}
