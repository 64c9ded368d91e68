import { isObject } from '../jobs/json.ts';
import { REDACTED } from './secrets.ts';
import type { Upstream } from './upstream.ts';

/**
 * The same upstream, but what it answers no longer holds the given secrets, wherever it repeats
 * them: an MCP server's error may quote the header that was sent to it.
 */
export function scrubbedUpstream(upstream: Upstream, secrets: readonly string[]): Upstream {
  if (secrets.length === 0) return upstream;
  return {
    async send(request) {
      const reply = await upstream.send(request);
      return { ...reply, body: scrubbed(reply.body, secrets) };
    },
    // Not the files: they go into the outputs, which are the user's own and must be what upstream
    // made, byte for byte; a hash or a length would no longer fit them. What we tell of a download
    // that failed comes from an answer, and that is scrubbed.
    async download(request) {
      const reply = await upstream.download(request);
      return 'content' in reply ? reply : { ...reply, body: scrubbed(reply.body, secrets) };
    },
  };
}

function scrubbed(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return withoutAny(value, secrets);
  if (Array.isArray(value)) return value.map((entry) => scrubbed(entry, secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      withoutAny(name, secrets),
      scrubbed(entry, secrets),
    ]),
  );
}

function withoutAny(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}
