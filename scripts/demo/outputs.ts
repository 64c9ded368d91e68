import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { Manifest } from '../../src/jobs/manifest.ts';

/** A job's outputs as they lie in storage, checked against their manifest. */
export interface CheckedOutputs {
  id: string;
  files: { name: string; bytes: number; verified: boolean }[];
  /** What does not agree with the manifest, in words. */
  faults: string[];
}

export class OutputCheck {
  readonly #container: ContainerClient;
  readonly #copies: string;

  /** @param copies a folder in which each file is left for people to open. */
  constructor(storage: string, copies: string) {
    this.#copies = copies;
    this.#container = BlobServiceClient.fromConnectionString(storage).getContainerClient('outputs');
  }

  /** Reads every file of the job, and what its manifest says it should be. */
  async check(id: string): Promise<CheckedOutputs> {
    const found = await this.#names(id);
    if (found.length === 0) return { id, files: [], faults: [] };
    const manifest = JSON.parse(String(await this.#read(`${id}/manifest.json`))) as Manifest;
    const files = await Promise.all(manifest.files.map((file) => this.#verified(id, file)));
    const listed = new Set(['manifest.json', ...manifest.files.map(({ name }) => name)]);
    const faults = [
      ...files.filter(({ verified }) => !verified).map(({ name }) => `${name} differs`),
      ...found.filter((name) => !listed.has(name)).map((name) => `${name} is not in the manifest`),
    ];
    return { id, files, faults };
  }

  async #verified(id: string, { name, bytes, sha256 }: Manifest['files'][number]) {
    const content = await this.#read(`${id}/${name}`);
    await mkdir(join(this.#copies, id), { recursive: true });
    await writeFile(join(this.#copies, id, name), content);
    const hash = createHash('sha256').update(content).digest('hex');
    return { name, bytes, verified: hash === sha256 && content.byteLength === bytes };
  }

  async #names(id: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.#container.listBlobsFlat({ prefix: `${id}/` })) {
      names.push(name.slice(id.length + 1));
    }
    return names;
  }

  #read(path: string): Promise<Buffer> {
    return this.#container.getBlobClient(path).downloadToBuffer();
  }
}
