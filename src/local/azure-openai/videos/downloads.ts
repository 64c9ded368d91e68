import type { Answer, Call } from '../call.ts';
import { downloadAnswer } from '../ranges.ts';
import { inMemory, thumbnail, videoFile, type Footage, type VideoFile } from './media/footage.ts';

type ImageFormat = 'jpeg' | 'webp';

/** @param madeAt milliseconds since the Unix epoch. */
export function videoAnswer(call: Call, footage: Footage, madeAt: number): Answer {
  return fileAnswer(
    call,
    videoFile(footage),
    'video/mp4',
    `${footage.seed}-${footage.width}`,
    madeAt,
  );
}

/** @param madeAt milliseconds since the Unix epoch. */
export function imageAnswer(
  call: Call,
  footage: Footage,
  format: ImageFormat,
  madeAt: number,
): Answer {
  const image = inMemory(thumbnail(footage, format));
  return fileAnswer(call, image, `image/${format}`, `${footage.seed}-${format}`, madeAt);
}

function fileAnswer(
  call: Call,
  { bytes, read }: VideoFile,
  contentType: string,
  name: string,
  modifiedAt: number,
): Answer {
  return downloadAnswer(call, { bytes, contentType, etag: `"${name}"`, modifiedAt, read });
}
