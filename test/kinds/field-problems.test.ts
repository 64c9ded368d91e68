import { describe, expect, it } from 'vitest';
import { checking, mcp, type Request } from './support/checking.ts';

describe('a problem', () => {
  it.each<[Request, string, string]>([
    [{ temperature: 3 }, '/request/temperature', 'found 3: must be at most 2'],
    [{ temperature: 'hot' }, '/request/temperature', 'found a string: must be a number'],
    [{ model: undefined }, '/request/model', 'is missing: must be the name of a deployment'],
    [
      { truncation: 'some' },
      '/request/truncation',
      'found "some": must be one of "auto", "disabled"',
    ],
    [{ store: false }, '/request/store', 'found false: must be true or left out: upstream keeps'],
    [
      { tools: [{ ...mcp, require_approval: undefined }] },
      '/request/tools/0/require_approval',
      'is missing: must be "never": approving calls is not yet supported',
    ],
    [
      { metadata: { a: 'x'.repeat(600) } },
      '/request/metadata/a',
      'found a string of 600 characters',
    ],
  ])('of %j at %s says: %s', (fields, pointer, detail) => {
    const found = checking(fields).problems.find((problem) => problem.pointer === pointer);
    expect(found?.detail).toContain(detail);
  });

  it('never repeats what may be a secret', () => {
    const headers = [{ a: 12_345_678 }, ['planted-secret'], { 'bad name': 'planted-secret' }];
    for (const value of headers) {
      const { problems } = checking({
        tools: [{ ...mcp, headers: value, authorization: 'a\nplanted' }],
      });
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toMatch(/planted|12345678/);
    }
  });
});
