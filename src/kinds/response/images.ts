import { textField, type JsonObject } from '../json-fields.ts';

/** An `image_generation_call` of the output, and the file that it becomes. */
export interface ImageCall {
  item: JsonObject;
  /** Undefined when there is no image to write: `fault` says why. */
  file?: { name: string; content: Buffer; contentType: string };
  fault?: string;
}

interface Format {
  extension: string;
  contentType: string;
  /** What files of this format begin with; `.` stands for any byte (ISO 8859-1). */
  magic: RegExp;
}

const FORMATS: Record<string, Format> = {
  png: { extension: 'png', contentType: 'image/png', magic: /^\x89PNG/ },
  jpeg: { extension: 'jpg', contentType: 'image/jpeg', magic: /^\xff\xd8\xff/ },
  webp: { extension: 'webp', contentType: 'image/webp', magic: /^RIFF.{4}WEBP/s },
  gif: { extension: 'gif', contentType: 'image/gif', magic: /^GIF8/ },
  svg: { extension: 'svg', contentType: 'image/svg+xml', magic: /^\s*(?:<\?xml|<svg)/ },
};
/** What the tool draws unless told otherwise. */
const DEFAULT_FORMAT = { extension: 'png', contentType: 'image/png' };

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The images of an output, numbered in their order whether or not each can be read. */
export function imageCalls(output: readonly JsonObject[]): ImageCall[] {
  return output
    .filter((item) => item['type'] === 'image_generation_call')
    .map((item, index) => imageCall(item, index + 1));
}

function imageCall(item: JsonObject, number: number): ImageCall {
  const result = textField(item, 'result');
  if (result === undefined) {
    const status = textField(item, 'status') ?? 'unknown';
    return { item, fault: `Image ${number} was not made; upstream gives its status as ${status}.` };
  }
  const content = decoded(result);
  if (!content) return { item, fault: `Image ${number} is not valid base64 and was left out.` };
  const { extension, contentType } = formatOf(content, textField(item, 'output_format'));
  return { item, file: { name: `image-${number}.${extension}`, content, contentType } };
}

function decoded(result: string): Buffer | undefined {
  const text = result.replace(/^data:[\w/+.-]+;base64,/, '').replaceAll(/\s/g, '');
  if (!BASE64.test(text) || text.replace(/=+$/, '').length % 4 === 1) return undefined;
  return Buffer.from(text, 'base64');
}

/** The bytes are believed before the label. */
function formatOf(content: Buffer, label: string | undefined) {
  const head = content.toString('latin1', 0, 64);
  const seen = Object.values(FORMATS).find(({ magic }) => magic.test(head));
  const named = label?.toLowerCase().replace(/^jpg$/, 'jpeg') ?? '';
  return seen ?? (Object.hasOwn(FORMATS, named) ? FORMATS[named] : undefined) ?? DEFAULT_FORMAT;
}
