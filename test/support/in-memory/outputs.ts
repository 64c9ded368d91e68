import { createHash } from 'node:crypto';
import { partOf } from '../../../src/azure/byte-range.ts';
import { MANIFEST_NAME, type Manifest, type OutputFile } from '../../../src/jobs/manifest.ts';
import type { OutputWriter } from '../../../src/kinds/kind.ts';
import type { ByteRange, OutputContent, Outputs } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';
import { whole } from './whole.ts';

export interface StoredOutput {
  content: Buffer;
  contentType: string;
}

/** Files by `{jobId}/{name}`: those of jobs, and those of parts. */
export type OutputFiles = Map<string, StoredOutput>;

/** Output files in memory. */
export class MemoryOutputs implements Outputs {
  readonly #files: OutputFiles;
  readonly #around: Around;

  constructor(files: OutputFiles, around: Around) {
    this.#files = files;
    this.#around = around;
  }

  writer(jobId: string): OutputWriter {
    return {
      write: async (name, given, contentType) => {
        const content = await whole(given);
        await this.#around('outputs.write', () =>
          this.#files.set(`${jobId}/${name}`, { content, contentType }),
        );
        return describe(name, { content, contentType });
      },
    };
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    const content = Buffer.from(JSON.stringify(manifest));
    const file = { content, contentType: 'application/json' };
    await this.#around('outputs.writeManifest', () =>
      this.#files.set(`${manifest.jobId}/${MANIFEST_NAME}`, file),
    );
  }

  readManifest(jobId: string): Promise<Manifest | undefined> {
    return this.#around('outputs.readManifest', () => manifestAmong(this.#files, jobId));
  }

  read(jobId: string, name: string, range?: ByteRange): Promise<OutputContent | undefined> {
    return this.#around('outputs.read', () => {
      const file = this.#files.get(`${jobId}/${name}`);
      if (!file) return undefined;
      const { content, contentType } = file;
      const { start, length } = partOf(range, content.length);
      return {
        stream: once(content.subarray(start, start + length)),
        contentType,
        bytes: length,
        totalBytes: content.length,
        start,
        etag: `"${describe(name, file).sha256.slice(0, 16)}"`,
      };
    });
  }

  url(jobId: string, name: string): string {
    return `https://storage.example/outputs/${jobId}/${name}`;
  }

  async removePart(partId: string): Promise<void> {
    await this.#around('outputs.removePart', () => {
      for (const path of this.#files.keys()) {
        if (path.startsWith(`${partId}/`)) this.#files.delete(path);
      }
    });
  }
}

/** What a manifest says of a file. */
export function describe(name: string, { content, contentType }: StoredOutput): OutputFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name, bytes: content.length, sha256, contentType };
}

export function manifestAmong(files: OutputFiles, jobId: string): Manifest | undefined {
  const file = files.get(`${jobId}/${MANIFEST_NAME}`);
  return file && (JSON.parse(file.content.toString()) as Manifest);
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
