import type { JobDocument } from '../../src/jobs/job.ts';
import type { DemoJob } from './jobs.ts';

const MARKS: Record<string, string> = {
  succeeded: '✓',
  failed: '✗',
  cancelled: '∅',
  expired: '⌛',
  'action-required': '?',
  running: '▶',
  queued: '·',
};

/**
 * Shows where every job stands: as a table that redraws itself on a terminal, else as one line for
 * each change.
 */
export class ProgressTable {
  readonly #jobs: readonly DemoJob[];
  readonly #lines = new Map<string, string>();
  #drawn = 0;

  constructor(jobs: readonly DemoJob[]) {
    this.#jobs = jobs;
  }

  show(documents: ReadonlyMap<string, JobDocument>): void {
    const changed = this.#jobs
      .map(({ door, envelope }) => ({ id: envelope.id, door, job: documents.get(envelope.id) }))
      .filter(({ id, door, job }) => this.#update(id, lineOf(id, door, job)));
    if (changed.length === 0) return;
    if (process.stdout.isTTY) this.#redraw();
    else for (const { id } of changed) console.log(this.#lines.get(id));
  }

  #update(id: string, line: string): boolean {
    if (this.#lines.get(id) === line) return false;
    this.#lines.set(id, line);
    return true;
  }

  #redraw(): void {
    if (this.#drawn > 0) process.stdout.write(`\u001B[${this.#drawn}A`);
    for (const line of this.#lines.values()) process.stdout.write(`\u001B[2K${line}\n`);
    this.#drawn = this.#lines.size;
  }
}

function lineOf(id: string, door: string, job: JobDocument | undefined): string {
  const status = job?.status ?? 'handed in';
  const phase = job && !job.endedAt && job.status === 'queued' ? ` (${job.phase})` : '';
  const polls = job && job.polls > 0 ? `${job.polls} poll${job.polls === 1 ? '' : 's'}` : '';
  const mark = MARKS[status] ?? '·';
  return `  ${mark} ${id.padEnd(20)} ${door.padEnd(14)} ${(status + phase).padEnd(22)} ${polls}`.trimEnd();
}
