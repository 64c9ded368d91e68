import { pngOf } from '../../kinds/video/support/video-upstream.ts';

const SORA = { model: 'sora', prompt: 'A tide.', width: 1280, height: 720 };
const SORA_2 = { model: 'sora-2', prompt: 'A tide.', size: '1280x720', seconds: '4' };

export interface Refused {
  name: string;
  request: Record<string, unknown>;
  /** Of the problem, below `/request`. */
  pointer: string;
  /** What is allowed, as the problem says it. */
  allowed: string;
}

/** Requests that Azure OpenAI would refuse. */
export const REFUSED: readonly Refused[] = [
  {
    name: 'a size that Sora does not make',
    request: { ...SORA, height: 700 },
    pointer: 'width',
    allowed: '1280x720',
  },
  {
    name: 'more than 20 seconds',
    request: { ...SORA, n_seconds: 21 },
    pointer: 'n_seconds',
    allowed: 'at most 20',
  },
  {
    name: 'two variants at 1080p',
    request: { ...SORA, width: 1920, height: 1080, n_variants: 2 },
    pointer: 'n_variants',
    allowed: 'at most 1',
  },
  {
    name: 'three variants at 720p',
    request: { ...SORA, n_variants: 3 },
    pointer: 'n_variants',
    allowed: 'at most 2',
  },
  {
    name: 'five variants below',
    request: { ...SORA, width: 480, height: 480, n_variants: 5 },
    pointer: 'n_variants',
    allowed: 'at most 4',
  },
  {
    name: 'a prompt of 4,001 characters',
    request: { ...SORA, prompt: 'x'.repeat(4_001) },
    pointer: 'prompt',
    allowed: 'at most 4000 characters',
  },
  {
    name: 'a picture for Sora',
    request: { ...SORA, input_reference: { file_id: 'file-1' } },
    pointer: 'input_reference',
    allowed: 'leave it out',
  },
  {
    name: 'a field of Sora for Sora 2',
    request: { ...SORA_2, n_seconds: 4 },
    pointer: 'n_seconds',
    allowed: 'use seconds, which is "4", "8" or "12"',
  },
  {
    name: 'five seconds of Sora 2',
    request: { ...SORA_2, seconds: '5' },
    pointer: 'seconds',
    allowed: '"4", "8", "12"',
  },
  {
    name: 'seconds of Sora 2 as a number',
    request: { ...SORA_2, seconds: 8 },
    pointer: 'seconds',
    allowed: '"4", "8", "12"',
  },
  {
    name: 'a size that Sora 2 does not make',
    request: { ...SORA_2, size: '1920x1080' },
    pointer: 'size',
    allowed: '"1280x720"',
  },
  {
    name: 'a picture of another size than the video',
    request: { ...SORA_2, input_reference: { image_url: dataUrl(pngOf(720, 1280)) } },
    pointer: 'input_reference/image_url',
    allowed: 'exactly 1280x720',
  },
  {
    name: 'a picture that is none',
    request: { ...SORA_2, input_reference: { image_url: dataUrl(Buffer.from('something')) } },
    pointer: 'input_reference/image_url',
    allowed: 'JPEG, PNG or WebP',
  },
  {
    name: 'a video of a model that writes',
    request: { ...SORA_2, model: 'gpt-5.1' },
    pointer: 'model',
    allowed: 'a deployment of a video model',
  },
];

function dataUrl(picture: Buffer): string {
  return `data:image/png;base64,${picture.toString('base64')}`;
}
