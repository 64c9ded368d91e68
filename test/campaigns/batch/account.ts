/** A batch as its owner lists it. */
export interface ListedBatch {
  id: string;
  status: string;
  input_file_id: string;
  metadata: Record<string, string>;
}

interface Page<T> {
  data: T[];
  has_more?: boolean;
  last_id?: string | null;
}

/** What an account holds, as its owner lists it. */
export class BatchAccount {
  readonly #base: string;

  /** @param azureOpenAI the endpoint. */
  constructor(azureOpenAI: string) {
    this.#base = new URL('/openai/v1/', azureOpenAI).href;
  }

  async fileNames(): Promise<string[]> {
    const files = await this.#list<{ filename: string }>('files?purpose=batch&limit=1000');
    return files.map(({ filename }) => filename);
  }

  batches(): Promise<ListedBatch[]> {
    return this.#list('batches?limit=100');
  }

  async #list<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    for (let after = ''; ;) {
      const { data, has_more: more, last_id: last } = await this.#page<T>(`${path}${after}`);
      found.push(...data);
      if (!more || !last) return found;
      after = `&after=${last}`;
    }
  }

  async #page<T>(path: string): Promise<Page<T>> {
    const answer = await fetch(`${this.#base}${path}`, { headers: { 'api-key': 'any' } });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Page<T>;
  }
}
