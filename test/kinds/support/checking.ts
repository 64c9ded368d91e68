import type { Options } from '../../../src/jobs/envelope.ts';
import type { Check } from '../../../src/kinds/kind.ts';
import { response } from '../../../src/kinds/response/response.ts';

export type Request = Record<string, unknown>;

/** Checks a good request with some fields changed, for a deployment of `model` if one is given. */
export function checking(fields: Request, options: Options = {}, model?: string): Check {
  const request: Request = { model: 'gpt-4.1', input: 'Say something.', ...fields };
  return response.check(request, options, { name: String(request['model']), model });
}

export function pointersOf(fields: Request, options: Options = {}): string[] {
  return checking(fields, options).problems.map(({ pointer }) => pointer);
}

/** An MCP tool that nothing is wrong with. */
export const mcp = {
  type: 'mcp',
  server_label: 'a',
  server_url: 'https://a.example',
  require_approval: 'never',
};
