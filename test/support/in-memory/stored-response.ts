/** How a piece of work is to go. */
export interface Work {
  /** Milliseconds from its creation to its end. */
  runsFor: number;
  ends: 'completed' | 'failed' | 'incomplete' | 'empty';
  /** It answers a cancel and runs to its end all the same. */
  ignoresCancel?: boolean;
}

type Body = Record<string, unknown>;

/** A response that runs in the background; its status follows from the time alone. */
export class StoredResponse {
  readonly id: string;
  readonly request: Body;
  readonly createdAt: number;
  readonly work: Work;
  #cancelled = false;

  constructor(id: string, request: Body, createdAt: number, work: Work) {
    this.id = id;
    this.request = request;
    this.createdAt = createdAt;
    this.work = work;
  }

  /** @param now milliseconds since the epoch. */
  status(now: number): string {
    if (this.#cancelled) return 'cancelled';
    const age = now - this.createdAt;
    if (age < this.work.runsFor / 10) return 'queued';
    if (age < this.work.runsFor) return 'in_progress';
    return this.work.ends === 'empty' ? 'completed' : this.work.ends;
  }

  hasEnded(now: number): boolean {
    return !['queued', 'in_progress'].includes(this.status(now));
  }

  cancel(): void {
    if (!this.work.ignoresCancel) this.#cancelled = true;
  }

  /** The response object, with `null` where upstream writes it while there is nothing to say. */
  body(now: number): Body {
    const status = this.status(now);
    return {
      id: this.id,
      object: 'response',
      created_at: Math.floor(this.createdAt / 1_000),
      background: true,
      model: this.request['model'],
      tools: this.request['tools'] ?? [],
      metadata: this.request['metadata'] ?? {},
      status,
      output: this.#output(status),
      error: status === 'failed' ? { code: 'server_error', message: 'It broke.' } : null,
      incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      usage: this.hasEnded(now) ? { input_tokens: 3, output_tokens: 5, total_tokens: 8 } : null,
    };
  }

  #output(status: string): Body[] {
    if (this.work.ends === 'empty' || !['completed', 'incomplete'].includes(status)) return [];
    const text = `The answer to ${String(this.request['input'])}`;
    const content = [{ type: 'output_text', text, annotations: [] }];
    return [{ type: 'message', id: 'msg_1', role: 'assistant', status, content }];
  }
}
