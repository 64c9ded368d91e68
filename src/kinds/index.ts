import { batch } from './batch/batch.ts';
import type { Kind } from './kind.ts';
import { response } from './response/response.ts';
import { video } from './video/video.ts';

/** Every kind of job that is supported; a new one is a folder and a line here. */
export const SUPPORTED_KINDS: readonly Kind[] = [response, video, batch];

/** @returns the kind of this name; undefined when it is not supported (yet). */
export function kindNamed(name: string): Kind | undefined {
  return SUPPORTED_KINDS.find((kind) => kind.name === name);
}
