import type { JobDocument } from '../../src/jobs/job.ts';
import type { FollowedJob } from './followed-job.ts';

const MARKS: Record<string, string> = {
  succeeded: '✓',
  failed: '✗',
  cancelled: '∅',
  expired: '⌛',
  'action-required': '?',
  running: '▶',
  queued: '·',
};

/** Where lines cannot be redrawn, progress is told in quarters: each change is a line for good. */
const COARSE = 25;

/**
 * Shows where every job stands: as a table that redraws itself on a terminal that is large enough,
 * else as one line for each change.
 */
export class ProgressTable {
  readonly #told = new Map<string, string>();
  #drawn = 0;

  /** @param time simulated time since the start. */
  show(time: string, jobs: readonly FollowedJob[]): void {
    const { isTTY, rows, columns } = process.stdout;
    const table = tableOf(time, jobs);
    if (isTTY && table.length < rows) this.#redraw(table.map((line) => line.slice(0, columns - 1)));
    else this.#tellChanges(time, jobs);
  }

  #redraw(table: readonly string[]): void {
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A\u001B[J` : '';
    process.stdout.write(`${up}${table.join('\n')}\n`);
    this.#drawn = table.length;
  }

  #tellChanges(time: string, jobs: readonly FollowedJob[]): void {
    for (const job of jobs) this.#tell(job.name, `${time.padStart(6)} ${lineOf(job, COARSE)}`);
    for (const reason of reasonsOf(jobs)) this.#tell(reason, `         ${reason}`);
  }

  /** What is new in a line is what follows the time. */
  #tell(subject: string, line: string): void {
    const news = line.slice(7);
    if (this.#told.get(subject) === news) return;
    this.#told.set(subject, news);
    console.log(line);
  }
}

function tableOf(time: string, jobs: readonly FollowedJob[]): string[] {
  return [
    `  simulated time ${time}`,
    '',
    ...jobs.map((job) => lineOf(job, 1)),
    '',
    ...reasonsOf(jobs).map((reason) => `  ${reason}`),
  ];
}

/** All that wait for the same wait for one reason. */
function reasonsOf(jobs: readonly FollowedJob[]): string[] {
  return [...new Set(jobs.flatMap(({ document }) => document?.waiting?.reason ?? []))];
}

function lineOf({ name, door, document }: FollowedJob, step: number): string {
  const mark = MARKS[document?.status ?? ''] ?? '·';
  const state = document ? stateOf(document, step) : 'handed in';
  return `  ${mark} ${name.padEnd(22)} ${door.padEnd(14)} ${state}`;
}

function stateOf({ status, phase, waiting, progress }: JobDocument, step: number): string {
  if (waiting) return `waiting, place ${waiting.position} in the queue`;
  if (status === 'queued') return `queued (${phase})`;
  const done = Math.floor((progress ?? 0) / step) * step;
  return status === 'running' && done > 0 ? `running, ${done} %` : status;
}
