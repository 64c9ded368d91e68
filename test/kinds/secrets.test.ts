import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrub, secretsOf, withoutSecrets } from '../../src/kinds/secrets.ts';

const mcp = {
  type: 'mcp',
  server_label: 'docs',
  server_url: 'https://user:hunter22@mcp.example/sse?token=tok-123456&v=2',
  headers: { Authorization: 'Bearer planted-secret', 'X-Extra': 'other-secret' },
  authorization: 'oauth-secret',
  require_approval: 'never',
};

describe('withoutSecrets', () => {
  it('takes header values, authorization and credentials in addresses out of MCP tools', () => {
    expect(withoutSecrets({ model: 'o3', tools: [mcp] })).toEqual({
      model: 'o3',
      tools: [
        {
          type: 'mcp',
          server_label: 'docs',
          server_url: 'https://[redacted]:[redacted]@mcp.example/sse?token=[redacted]&v=[redacted]',
          headers: { Authorization: '[redacted]', 'X-Extra': '[redacted]' },
          authorization: '[redacted]',
          require_approval: 'never',
        },
      ],
    });
  });

  it('takes out what is plainly a secret anywhere', () => {
    const request = {
      metadata: { 'api-key': 'k', team: 't' },
      extra: [{ client_secret: { a: 's' } }],
    };
    expect(withoutSecrets(request)).toEqual({
      metadata: { 'api-key': '[redacted]', team: 't' },
      extra: [{ client_secret: { a: '[redacted]' } }],
    });
  });

  it('leaves the schemas of functions and everything else alone', () => {
    const request = {
      input: [{ role: 'user', content: 'my password is a secret' }],
      tools: [
        {
          type: 'function',
          name: 'login',
          parameters: { properties: { headers: { type: 'object' }, password: { type: 'string' } } },
        },
        { type: 'file_search', filters: { type: 'eq', key: 'author', value: 'me' } },
      ],
    };
    expect(withoutSecrets(request)).toEqual(request);
  });

  it('leaves no header value behind, whatever else the tools look like', () => {
    const secret = fc.stringMatching(/^[a-z0-9]{24}$/);
    const name = fc.constantFrom('headers', 'Headers', 'authorization', 'api_key');
    fc.assert(
      fc.property(secret, name, fc.jsonValue(), fc.jsonValue(), (planted, field, before, after) => {
        const shapes = [planted, [planted], { 'x-key': planted }, { a: { b: [planted] } }];
        const tools = shapes.map((shape) => ({ before, [field]: shape, after }));
        const redacted = JSON.stringify(withoutSecrets({ tools, nested: { tools } }));
        expect(redacted).not.toContain(planted);
      }),
    );
  });
});

describe('scrub', () => {
  it('takes the secrets of a request out of what upstream repeats', () => {
    const secrets = secretsOf({ tools: [mcp] });
    const echoed = `401 for user:hunter22 with planted-secret, "Bearer planted-secret", other-secret, tok-123456, oauth-secret`;
    const scrubbed = scrub(echoed, secrets);
    for (const secret of ['hunter22', 'planted', 'other-secret', 'tok-123456', 'oauth']) {
      expect(scrubbed).not.toContain(secret);
    }
  });

  it('finds a secret again that upstream repeats as JSON or in an address', () => {
    const secrets = secretsOf({ tools: [{ headers: { a: 'quo"ted & more' } }] });
    expect(scrub(String.raw`{"a":"quo\"ted & more"} quo%22ted%20%26%20more`, secrets)).toBe(
      '{"a":"[redacted]"} [redacted]',
    );
  });

  it.each([
    ['Authorization: Bearer eyJhbGciOi.abc-def', 'eyJhbGciOi'],
    ['api-key: 0123456789abcdef', '0123456789abcdef'],
    ['https://x.blob.core.windows.net/a?sv=1&sig=abcdef%3D', 'abcdef'],
  ])('takes out what looks like a credential: %s', (text, secret) => {
    expect(scrub(text, [])).not.toContain(secret);
  });

  it('takes no longer than the text is long', () => {
    const text = `secret${' '.repeat(500_000)}bearer${' '.repeat(500_000)}`;
    expect(scrub(text, [])).toBe(text);
  });

  it('leaves ordinary words alone', () => {
    const text =
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key.';
    expect(scrub(text, secretsOf({ tools: [{ headers: { a: 'or' } }] }))).toBe(text);
  });
});
