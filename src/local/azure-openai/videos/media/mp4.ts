import type { StillVideo } from './h264.ts';

/** Units of time in a second. */
const TIMESCALE = 12_288;
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const DOTS_PER_INCH = 0x480000;
const UNDETERMINED_LANGUAGE = 0x55c4;
/** Track enabled, in the film and in its preview. */
const TRACK_FLAGS = 3;

export interface Film {
  video: StillVideo;
  width: number;
  height: number;
  framesPerSecond: number;
}

/** Writes an MP4 file (ISO/IEC 14496-12 and -15) that can be played as it arrives. */
export function mp4(film: Film): Buffer {
  const frames = film.video.frames.map((frame) => Buffer.concat([uint32(frame.length), frame]));
  const type = box('ftyp', text('isom'), uint32(512), text('isomiso2avc1mp41'));
  const sizes = frames.map(({ length }) => length);
  // The offset has a fixed width, so a first draft tells how long the header will be.
  const offset = type.length + header(film, sizes, 0).length + 8;
  return Buffer.concat([type, header(film, sizes, offset), box('mdat', ...frames)]);
}

/** The header of a box of filling, to be followed by its content. */
export function freeBoxHeader(contentBytes: number): Buffer {
  return Buffer.concat([uint32(contentBytes + 8), text('free')]);
}

function header(film: Film, sizes: readonly number[], dataOffset: number): Buffer {
  const duration = sizes.length * frameDuration(film);
  return box(
    'moov',
    fullBox(
      'mvhd',
      0,
      ...words(0, 0, TIMESCALE, duration, 0x10000),
      uint16(0x100),
      zeros(10),
      ...words(...UNITY_MATRIX),
      zeros(24),
      uint32(2),
    ),
    box('trak', trackHeader(film, duration), media(film, sizes, duration, dataOffset)),
  );
}

function trackHeader({ width, height }: Film, duration: number): Buffer {
  return fullBox(
    'tkhd',
    TRACK_FLAGS,
    ...words(0, 0, 1, 0, duration),
    zeros(16),
    ...words(...UNITY_MATRIX, width << 16, height << 16),
  );
}

function media(film: Film, sizes: readonly number[], duration: number, dataOffset: number): Buffer {
  return box(
    'mdia',
    fullBox(
      'mdhd',
      0,
      ...words(0, 0, TIMESCALE, duration),
      uint16(UNDETERMINED_LANGUAGE),
      zeros(2),
    ),
    fullBox('hdlr', 0, zeros(4), text('vide'), zeros(12), text('Video\0')),
    box(
      'minf',
      fullBox('vmhd', 1, zeros(8)),
      box('dinf', fullBox('dref', 0, uint32(1), fullBox('url ', 1))),
      sampleTable(film, sizes, dataOffset),
    ),
  );
}

function sampleTable(film: Film, sizes: readonly number[], dataOffset: number): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, uint32(1), sampleEntry(film)),
    fullBox('stts', 0, ...words(1, sizes.length, frameDuration(film))),
    fullBox('stss', 0, ...words(1, 1)),
    fullBox('stsc', 0, ...words(1, 1, sizes.length, 1)),
    fullBox('stsz', 0, ...words(0, sizes.length, ...sizes)),
    fullBox('stco', 0, ...words(1, dataOffset)),
  );
}

function sampleEntry({ video, width, height }: Film): Buffer {
  const { sequenceParameters, pictureParameters } = video;
  const configuration = box(
    'avcC',
    // Version, then profile, compatibility and level as the parameters have them.
    Buffer.of(1),
    sequenceParameters.subarray(1, 4),
    Buffer.of(0xff),
    Buffer.of(0xe1),
    uint16(sequenceParameters.length),
    sequenceParameters,
    Buffer.of(1),
    uint16(pictureParameters.length),
    pictureParameters,
  );
  return box(
    'avc1',
    zeros(6),
    uint16(1),
    zeros(16),
    uint16(width),
    uint16(height),
    ...words(DOTS_PER_INCH, DOTS_PER_INCH, 0),
    uint16(1),
    zeros(32),
    uint16(24),
    uint16(0xffff),
    configuration,
  );
}

function frameDuration({ framesPerSecond }: Film): number {
  return TIMESCALE / framesPerSecond;
}

function box(type: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, piece) => sum + piece.length, 8);
  return Buffer.concat([uint32(length), text(type), ...content]);
}

function fullBox(type: string, flags: number, ...content: Buffer[]): Buffer {
  return box(type, uint32(flags), ...content);
}

function words(...values: number[]): Buffer[] {
  return values.map(uint32);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}
