import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../../src/kinds/response/markdown.ts';
import { fenced, link } from '../../../src/kinds/response/markdown-text.ts';

describe('the page of a response', () => {
  it('reads like the conversation it was', () => {
    const page = markdownOf(
      [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Let me look it up.' }] },
        { type: 'web_search_call', action: { type: 'search', query: 'weather in Oslo' } },
        {
          type: 'code_interpreter_call',
          code: 'print(6 * 7)',
          outputs: [{ type: 'logs', logs: '42\n' }],
        },
        {
          type: 'message',
          content: [
            {
              type: 'output_text',
              text: 'It **rains**.',
              annotations: [
                { type: 'url_citation', title: 'Met [NO]', url: 'https://met.no/a b' },
                { type: 'url_citation', title: 'Met [NO]', url: 'https://met.no/a b' },
                { type: 'file_citation', file_id: 'file-1', filename: 'notes.txt' },
              ],
            },
            { type: 'refusal', refusal: 'I will not say more.' },
          ],
        },
        { type: 'function_call', name: 'book', call_id: 'call_1', arguments: '{"seat":1}' },
        {
          type: 'mcp_call',
          server_label: 'docs',
          name: 'search',
          arguments: '{}',
          output: 'nothing',
          error: 'timed out',
        },
      ],
      [],
    );
    expect(page).toMatchInlineSnapshot(`
      "> **Reasoning**
      >
      > Let me look it up.

      **Web search**: \`weather in Oslo\`

      **Code interpreter**

      \`\`\`python
      print(6 * 7)
      \`\`\`

      Logs:

      \`\`\`
      42
      \`\`\`

      It **rains**.

      Sources:

      - [Met \\[NO\\]](https://met.no/a%20b)
      - \`notes.txt\`

      > **Refused:** I will not say more.

      **Function call:** \`book\`

      \`\`\`json
      {
        "seat": 1
      }
      \`\`\`

      **MCP call:** \`docs/search\`

      \`\`\`json
      {}
      \`\`\`

      \`\`\`
      nothing
      \`\`\`

      Failed:

      \`\`\`
      timed out
      \`\`\`
      "
    `);
  });

  it('names items of types that it does not know', () => {
    expect(markdownOf([{ type: 'hologram' }], [])).toContain('`hologram`');
  });

  it('says so when there is nothing to read', () => {
    expect(markdownOf([], [])).toBe('*The response holds nothing to read.*\n');
    expect(markdownOf([{ type: 'reasoning', summary: [] }], [])).toContain('nothing to read');
  });
});

describe('fenced', () => {
  it('cannot be closed from within', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`a\n]{0,20}$/), (content) => {
        const lines = fenced(content).split('\n');
        const fence = lines.at(-1) ?? '';
        expect(fence).toMatch(/^`{3,}$/);
        expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });
});

describe('fenced, given more backticks than a call has room for arguments,', () => {
  it('still closes', () => {
    expect(fenced('` '.repeat(300_000)).endsWith('\n```')).toBe(true);
  });
});

describe('link', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//host'])(
    'does not lead to %s',
    (address) => {
      expect(link('title', address)).not.toContain('](');
    },
  );

  it('keeps its address in one piece', () => {
    expect(link('a]b', 'https://x.example/(a) <b>')).toBe(
      String.raw`[a\]b](https://x.example/%28a%29%20%3Cb%3E)`,
    );
  });
});
