import { jpeg } from '../../responses/images/jpeg.ts';
import { mosaic, type Mosaic } from '../../responses/images/mosaic.ts';
import { webp } from '../../responses/images/webp.ts';
import { stillVideo } from './h264.ts';
import { freeBoxHeader, mp4 } from './mp4.ts';
import { noise } from './noise.ts';

const FRAMES_PER_SECOND = 24;
const FREE_BOX_HEADER_BYTES = 8;

/** What a video shows and how large it is. */
export interface Footage {
  /** Whatever tells it from others: two of one seed and size are equal byte for byte. */
  seed: string;
  /** Pixels; even. */
  width: number;
  height: number;
  seconds: number;
  /** How many bytes the file shall have; fewer than it needs have no effect. */
  bytes?: number | undefined;
}

export interface VideoFile {
  bytes: number;
  read: (start: number, end: number) => Iterable<Buffer>;
}

/** A playable MP4. What makes it large is a box of filling, made as it is read. */
export function videoFile(footage: Footage): VideoFile {
  const { seed, width, height, seconds } = footage;
  const video = stillVideo(pictureOf(footage), width, height, seconds * FRAMES_PER_SECOND);
  const playable = mp4({ video, width, height, framesPerSecond: FRAMES_PER_SECOND });
  const filling = (footage.bytes ?? 0) - playable.length - FREE_BOX_HEADER_BYTES;
  if (filling < 0) return inMemory(playable);
  const head = Buffer.concat([playable, freeBoxHeader(filling)]);
  return {
    bytes: head.length + filling,
    *read(start, end) {
      if (start < head.length) yield head.subarray(start, end);
      if (end <= head.length) return;
      yield* noise(seed, Math.max(0, start - head.length), end - head.length);
    },
  };
}

export function inMemory(content: Buffer): VideoFile {
  return { bytes: content.length, read: (start, end) => [content.subarray(start, end)] };
}

/** A small true picture of what the video shows. */
export function thumbnail(footage: Footage, format: 'jpeg' | 'webp'): Buffer {
  return format === 'jpeg' ? jpeg(pictureOf(footage)) : webp(pictureOf(footage));
}

function pictureOf({ seed, width, height }: Footage): Mosaic {
  if (width === height) return mosaic(seed, 5, 5);
  return width > height ? mosaic(seed, 8, 5) : mosaic(seed, 5, 8);
}
