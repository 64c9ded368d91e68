import type { Call } from '../call.ts';
import { errors } from '../errors.ts';
import { inputItems, type InputItem } from './create-request.ts';
import { itemId, type StoredResponse } from './stored-response.ts';

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

interface ItemList {
  object: 'list';
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

type Item = { id: string } & Record<string, unknown>;

/**
 * One page of the items that a response was asked with.
 * @throws ApiError 400 for a `limit`, `order`, `after` or `before` that is not allowed.
 */
export function inputItemsPage(call: Call, stored: StoredResponse): ItemList {
  const query = call.url.searchParams;
  const limit = limitOf(query.get('limit'));
  const candidates = between(ordered(stored, query.get('order') ?? 'desc'), query);
  const data = candidates.slice(0, limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: candidates.length > limit,
  };
}

function limitOf(text: string | null): number {
  const limit = text === null ? DEFAULT_LIMIT : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw errors.invalidValue('limit', `'limit' must be from 1 to ${LARGEST_LIMIT}, not '${text}'.`);
}

function ordered(stored: StoredResponse, order: string): Item[] {
  const items = inputItems(stored.request).map((item, index) => asItem(item, stored.id, index));
  if (order === 'asc') return items;
  if (order === 'desc') return items.reverse();
  throw errors.invalidValue('order', `'order' must be 'asc' or 'desc', not '${order}'.`);
}

function between(items: Item[], query: URLSearchParams): Item[] {
  const after = query.get('after');
  const before = query.get('before');
  const start = after === null ? 0 : indexOf(items, 'after', after) + 1;
  const end = before === null ? items.length : indexOf(items, 'before', before);
  return items.slice(start, end);
}

function indexOf(items: Item[], cursor: string, id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index >= 0) return index;
  throw errors.invalidValue(cursor, `No input item has the id '${id}' that '${cursor}' names.`);
}

function asItem(item: InputItem, responseId: string, index: number): Item {
  const type = item.type ?? 'message';
  const id =
    typeof item['id'] === 'string'
      ? item['id']
      : itemId(idPrefix(type), responseId, `input ${index}`);
  if (type !== 'message') return { ...item, id, type };
  return { ...item, id, type, status: 'completed', content: contentParts(item) };
}

function idPrefix(type: string): string {
  return type === 'message' ? 'msg' : 'item';
}

function contentParts({ role, content = [] }: InputItem): unknown[] {
  if (typeof content !== 'string') return content;
  return role === 'assistant'
    ? [{ type: 'output_text', text: content, annotations: [] }]
    : [{ type: 'input_text', text: content }];
}
