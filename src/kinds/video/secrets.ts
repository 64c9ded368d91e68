import { isObject } from '../../jobs/json.ts';
import { textField, type JsonObject } from '../json-fields.ts';
import { secretsOf, withoutSecrets } from '../secrets.ts';

/** A shorter prompt would be found in the middle of words and make a message unreadable. */
const SHORTEST_PROMPT = 12;

/**
 * The request without what is secret: the signature in the address of a picture, and whatever
 * stands in fields that are called secret.
 */
export function redact(request: JsonObject): JsonObject {
  const clean = withoutSecrets(request);
  const reference = clean['input_reference'];
  const url = pictureUrl(request);
  if (url === undefined || !isObject(reference)) return clean;
  const { server_url: imageUrl } = withoutSecrets({ server_url: url });
  return { ...clean, input_reference: { ...reference, image_url: imageUrl } };
}

/** What upstream's errors must not repeat: secrets, and the prompt, since events tell of errors. */
export function keptOutOfErrors(request: JsonObject): string[] {
  const url = pictureUrl(request);
  return [
    ...promptToKeepOut(textField(request, 'prompt')),
    ...secretsOf(request),
    ...(url === undefined ? [] : secretsOf({ server_url: url })),
  ];
}

export function promptToKeepOut(prompt: string | undefined): string[] {
  return prompt !== undefined && prompt.length >= SHORTEST_PROMPT ? [prompt] : [];
}

/** The address of a picture on the web; one that holds the picture itself has no secrets. */
function pictureUrl({ input_reference: reference }: JsonObject): string | undefined {
  const url = isObject(reference) ? textField(reference, 'image_url') : undefined;
  return url !== undefined && /^https?:/i.test(url) ? url : undefined;
}
