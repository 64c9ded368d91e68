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

  batches(): Promise<{ id: string; status: string; metadata: Record<string, string> }[]> {
    return this.#list('batches?limit=100');
  }

  async #list<T>(path: string): Promise<T[]> {
    const answer = await fetch(`${this.#base}${path}`, { headers: { 'api-key': 'any' } });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    const { data, has_more: more } = (await answer.json()) as { data: T[]; has_more?: boolean };
    if (more) throw new Error(`${path} has a second page.`);
    return data;
  }
}
