import type { OutputWriter } from '../../../../src/kinds/kind.ts';

/** Keeps what is written, streams too; a stream that throws leaves nothing. */
export interface StreamedOutputs extends OutputWriter {
  readonly files: Map<string, Buffer>;
}

export function streamedOutputs(): StreamedOutputs {
  const files: StreamedOutputs['files'] = new Map();
  return {
    files,
    async write(name, content, contentType) {
      const bytes = await wholeOf(content);
      files.set(name, bytes);
      return { name, bytes: bytes.length, sha256: '0'.repeat(64), contentType };
    },
  };
}

async function wholeOf(content: Parameters<OutputWriter['write']>[1]): Promise<Buffer> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.from(content);
  return Buffer.concat(await Array.fromAsync(content));
}
