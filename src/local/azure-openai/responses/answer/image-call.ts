import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import { promptOf, toolOf, type CreateRequest } from '../create-request.ts';
import { drawImage } from '../images/image.ts';
import { itemId, type StoredResponse } from '../stored-response.ts';

const ASKS_FOR_IMAGE =
  /\b(draw|drawing|image|picture|photo|illustration|illustrate|sketch|paint|logo|icon)/i;

/** The picture, when the request has the tool for it and asks for one. */
export function imageCalls({ request, id }: StoredResponse): ResponseOutputItem[] {
  const tool = toolOf(request, 'image_generation');
  if (tool === undefined || !wantsImage(request)) return [];
  return [
    {
      type: 'image_generation_call',
      id: itemId('ig', id, 'image'),
      status: 'completed',
      result: drawImage(promptOf(request), tool).toString('base64'),
    },
  ];
}

function wantsImage(request: CreateRequest): boolean {
  const { tool_choice: choice } = request;
  if (choice === 'none') return false;
  const chosen = typeof choice === 'object' && choice?.type === 'image_generation';
  return chosen || choice === 'required' || ASKS_FOR_IMAGE.test(promptOf(request));
}
