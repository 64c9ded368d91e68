import { jobError } from '../../jobs/errors.ts';
import type { Examination, KindContext } from '../kind.ts';
import type { InputBlob } from '../ports.ts';
import { API_TITLES, spokenApi } from './api.ts';
import { orderOf } from './order.ts';
import { HEAD_BYTES, pictureFault, readPicture, type Picture } from './picture.ts';

/** Labels that say nothing: what uploads get when nobody names a type. */
const UNTOLD = /^(?:|application\/octet-stream|binary\/octet-stream)$/;

/** Looks at the picture that came with the request, by its beginning alone. */
export async function examine(
  request: Record<string, unknown>,
  { input, deployment }: KindContext,
): Promise<Examination> {
  if (!input) return { outcome: 'fit', warnings: [] };
  const { api } = spokenApi(deployment);
  if (api === 'jobs') {
    return unfit(
      `cannot be used: pictures as input (inpainting) are not yet supported for ${API_TITLES.jobs}, which the deployment "${deployment.name}" speaks. Leave input out, or use a deployment of Sora 2`,
    );
  }
  if (request['input_reference'] !== undefined) {
    return unfit('cannot be given together with request.input_reference: leave one of them out');
  }
  return examinePicture(await headOf(input), orderOf(request, api).size, input);
}

function examinePicture(head: Uint8Array, size: string, input: InputBlob): Examination {
  const picture = readPicture(head);
  const fault = pictureFault(head, size);
  if (!picture || fault) return unfit(fault ?? '');
  const label = labelOf(input);
  if (!UNTOLD.test(label) && label !== picture.contentType) {
    return unfit(
      `is labelled ${label} and holds ${picture.contentType}, by its first bytes: upload it again with its true content type`,
    );
  }
  const { contentType, extension } = picture;
  return {
    outcome: 'fit',
    warnings: picture.size ? [] : [unknownSize(size)],
    plan: { contentType, filename: `reference.${extension}` },
  };
}

function labelOf({ contentType }: InputBlob): Picture['contentType'] | (string & {}) {
  const [label = ''] = contentType.toLowerCase().split(';', 1);
  return label.trim().replace(/^image\/(?:jpg|pjpeg)$/, 'image/jpeg');
}

function unknownSize(size: string): string {
  return `The size of the picture at input.blob could not be found in its first ${HEAD_BYTES} bytes; upstream will refuse it unless it is ${size}.`;
}

function unfit(fault: string): Examination {
  const error = jobError('input-invalid', `The blob at input.blob ${fault}.`);
  return { outcome: 'unfit', error, files: [] };
}

async function headOf(input: InputBlob): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const end = Math.min(input.bytes, HEAD_BYTES);
  if (end === 0) return new Uint8Array();
  for await (const part of input.open({ start: 0, end })) parts.push(part);
  return Buffer.concat(parts);
}
