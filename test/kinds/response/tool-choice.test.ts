import { describe, expect, it } from 'vitest';
import { mcp, pointersOf } from '../support/checking.ts';

const tools = [
  { type: 'function', name: 'get_weather' },
  { type: 'custom', name: 'run_query' },
  { type: 'web_search_preview_2025_03_11' },
  mcp,
];

describe('a choice of tool', () => {
  it.each([
    'auto',
    'none',
    'required',
    { type: 'function', name: 'get_weather' },
    { type: 'custom', name: 'run_query' },
    { type: 'web_search_preview' },
    { type: 'mcp', server_label: 'a' },
    { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search_preview' }] },
  ])('may be a tool that is there: %j', (choice) => {
    expect(pointersOf({ tools, tool_choice: choice })).toEqual([]);
  });

  it.each([
    { type: 'function', name: 'run_query' },
    { type: 'custom', name: 'get_weather' },
    { type: 'mcp', server_label: 'b' },
    { type: 'file_search' },
  ])('may not be a tool that is not: %j', (choice) => {
    expect(pointersOf({ tools, tool_choice: choice })).toEqual(['/request/tool_choice']);
  });

  it.each(['auto', 'none', null])('of %j needs no tools', (choice) => {
    expect(pointersOf({ tool_choice: choice })).toEqual([]);
  });

  it('may be a tool of the stored prompt, which only upstream knows', () => {
    const prompt = { id: 'pmpt_1' };
    expect(pointersOf({ prompt, tool_choice: 'required' })).toEqual([]);
    expect(pointersOf({ prompt }, { imageGenerationDeployment: 'gpt-image' })).toEqual([]);
  });
});
