import { textField, type JsonObject } from '../json-fields.ts';
import type { JobError } from '../../jobs/errors.ts';
import type { ImageCall } from './images.ts';
import { ITEMS } from './markdown-items.ts';
import { code, escaped, quoted } from './markdown-text.ts';

/**
 * The output as a person would read it: what was said, in its order, and what was done in between.
 *
 * @param images the image calls among the items; each is shown by the name of its file.
 * @param error how the response failed, when it did; it stands first.
 */
export function markdownOf(
  output: readonly JsonObject[],
  images: readonly ImageCall[],
  error?: JobError,
): string {
  const blocks = [
    ...(error === undefined ? [] : [quoted(`**Not complete:** ${error.message}`)]),
    ...output.flatMap((item) => blocksOf(item, images)),
  ];
  return `${blocks.length === 0 ? '*The response holds nothing to read.*' : blocks.join('\n\n')}\n`;
}

function blocksOf(item: JsonObject, images: readonly ImageCall[]): string[] {
  const image = images.find((call) => call.item === item);
  if (image) return [imageBlock(image)];
  const type = textField(item, 'type') ?? 'unknown';
  const write = Object.hasOwn(ITEMS, type) ? ITEMS[type] : undefined;
  return write ? write(item) : [`*An item of type ${code(type)}: see* ${code('response.json')}`];
}

function imageBlock({ item, file, fault }: ImageCall): string {
  if (!file) return quoted(fault ?? '');
  const prompt = textField(item, 'revised_prompt') ?? file.name;
  return `![${escaped(prompt)}](${file.name})`;
}
