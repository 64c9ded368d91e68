import { objectField, objectsField, textField, type JsonObject } from '../json-fields.ts';
import { code, escaped, fenced, laidOut, link, quoted } from './markdown-text.ts';

/** What one output item reads like, as blocks; a type without a line here is only named. */
export const ITEMS: Record<string, (item: JsonObject) => string[]> = {
  message,
  reasoning,
  function_call: (item) => call('Function call', textField(item, 'name'), item['arguments']),
  custom_tool_call: (item) => call('Custom tool call', textField(item, 'name'), item['input']),
  function_call_output: (item) => titled('Function call output', item['output']),
  custom_tool_call_output: (item) => titled('Custom tool call output', item['output']),
  mcp_call: mcpCall,
  mcp_list_tools: mcpListTools,
  mcp_approval_request: (item) => call('Approval asked for', mcpName(item), item['arguments']),
  code_interpreter_call: codeInterpreterCall,
  computer_call: computerCall,
  local_shell_call: (item) => titled('Shell command', shellCommand(item), 'sh'),
  shell_call: (item) => titled('Shell command', shellCommand(item), 'sh'),
  web_search_call: webSearchCall,
  file_search_call: fileSearchCall,
};

function message(item: JsonObject): string[] {
  return objectsField(item, 'content').flatMap((part) => {
    const refusal = textField(part, 'refusal');
    if (refusal !== undefined) return [quoted(`**Refused:** ${refusal}`)];
    return [textField(part, 'text') ?? '', sources(part)].filter((block) => block !== '');
  });
}

/** The annotations of a text, each once. */
function sources(part: JsonObject): string {
  const entries = objectsField(part, 'annotations').map(source);
  const unique = [...new Set(entries.filter((entry) => entry !== undefined))];
  return unique.length === 0 ? '' : ['Sources:', '', ...unique].join('\n');
}

function source(annotation: JsonObject): string | undefined {
  const url = textField(annotation, 'url');
  if (url !== undefined) return `- ${link(textField(annotation, 'title') ?? url, url)}`;
  const file = textField(annotation, 'filename') ?? textField(annotation, 'file_id');
  return file === undefined ? undefined : `- ${code(file)}`;
}

function reasoning(item: JsonObject): string[] {
  const parts = [...objectsField(item, 'summary'), ...objectsField(item, 'content')];
  const text = parts.map((part) => textField(part, 'text')).filter((part) => part !== undefined);
  return text.length === 0 ? [] : [quoted(`**Reasoning**\n\n${text.join('\n\n')}`)];
}

function call(title: string, name: string | undefined, input: unknown): string[] {
  const heading = name === undefined ? `**${title}**` : `**${title}:** ${code(name)}`;
  return input == null || input === '' ? [heading] : [heading, fenced(laidOut(input), 'json')];
}

function titled(title: string, content: unknown, language = ''): string[] {
  return [`**${title}**`, fenced(laidOut(content), language)];
}

function mcpName(item: JsonObject): string {
  return [textField(item, 'server_label'), textField(item, 'name')].filter(Boolean).join('/');
}

function mcpCall(item: JsonObject): string[] {
  const { output, error } = item;
  return [
    ...call('MCP call', mcpName(item), item['arguments']),
    ...(output == null ? [] : [fenced(laidOut(output))]),
    ...(error == null ? [] : ['Failed:', fenced(laidOut(error))]),
  ];
}

function mcpListTools(item: JsonObject): string[] {
  const server = code(textField(item, 'server_label') ?? 'unnamed');
  if (item['error'] != null) {
    return [
      `**Tools of MCP server** ${server}: could not be listed`,
      fenced(laidOut(item['error'])),
    ];
  }
  const names = objectsField(item, 'tools').map((tool) =>
    code(textField(tool, 'name') ?? 'unnamed'),
  );
  return [`**Tools of MCP server** ${server}: ${names.join(', ') || 'none'}`];
}

function codeInterpreterCall(item: JsonObject): string[] {
  const program = textField(item, 'code');
  return [
    '**Code interpreter**',
    ...(program === undefined ? [] : [fenced(program, 'python')]),
    ...objectsField(item, 'outputs').flatMap(codeOutput),
  ];
}

function codeOutput(output: JsonObject): string[] {
  const logs = textField(output, 'logs');
  if (logs !== undefined) return ['Logs:', fenced(logs)];
  const url = textField(output, 'url');
  return url === undefined || url.startsWith('data:') ? [] : [`Image: ${link('image', url)}`];
}

function computerCall(item: JsonObject): string[] {
  const actions = [item['action'], ...objectsField(item, 'actions')].filter(
    (action) => action != null,
  );
  const checks = objectsField(item, 'pending_safety_checks').map(
    (check) =>
      `- ${escaped(textField(check, 'code') ?? '')}: ${escaped(textField(check, 'message') ?? '')}`,
  );
  return [
    '**Computer call**',
    ...actions.map((action) => fenced(laidOut(action), 'json')),
    ...(checks.length === 0 ? [] : [['Safety checks to acknowledge:', '', ...checks].join('\n')]),
  ];
}

function shellCommand(item: JsonObject): string {
  const action = objectField(item, 'action');
  const { command, commands } = action;
  if (Array.isArray(command)) return command.map(String).join(' ');
  return Array.isArray(commands) ? commands.map(String).join('\n') : laidOut(command);
}

function webSearchCall(item: JsonObject): string[] {
  const action = objectField(item, 'action');
  const url = textField(action, 'url');
  const query = textField(action, 'query');
  const what = url === undefined ? query && code(query) : link(url, url);
  return [`**Web search**${what === undefined ? '' : `: ${what}`}`];
}

function fileSearchCall(item: JsonObject): string[] {
  const queries: unknown[] = Array.isArray(item['queries']) ? item['queries'] : [];
  const asked = queries.filter((query) => typeof query === 'string').map(code);
  const found = objectsField(item, 'results').map(
    (result) =>
      `- ${code(textField(result, 'filename') ?? textField(result, 'file_id') ?? 'unnamed')}`,
  );
  return [
    `**File search**${asked.length === 0 ? '' : `: ${asked.join(', ')}`}`,
    ...(found.length === 0 ? [] : [found.join('\n')]),
  ];
}
