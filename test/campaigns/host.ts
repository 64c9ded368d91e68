import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { commits, crashState, logSize } from './host/crash.ts';
import { killAndRestart } from './host/kill.ts';
import { Life, START, type Outcome } from './host/life.ts';
import { SCENARIOS, type Scenario } from './host/scenarios.ts';
import { Random } from './random.ts';

export interface HostCampaignResult {
  /** How many crashes were survived or not. */
  points: number;
  /** What must never happen and did; each names the seed that makes it happen again. */
  violations: string[];
}

/** One in so many seeds kills a real process besides. */
const REAL_KILL_EVERY = 5;

/** A run that was recorded: its state with the log, and when what was written. */
interface Recording {
  statePath: string;
  /** Virtual time that begins when the log has a length, in milliseconds since the epoch. */
  timeline: { from: number; now: number }[];
}

/**
 * Crashes the durable engine in the midst of fan-outs, retries, sub-orchestrations, entities and
 * timers: at the end of every transaction, at random places within each, and again in some of the runs
 * that follow; one seed in five also kills a real process. Everything must end as in an undisturbed
 * run, with the same histories to the millisecond, and no activity may run again whose result was
 * kept. The same seed chooses the same crashes.
 */
export async function runHostCampaign(seed: number): Promise<HostCampaignResult> {
  const directory = mkdtempSync(path.join(quickDirectory(), 'host-campaign-'));
  try {
    return await new HostCampaign(seed, directory).run();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Memory where there is a file system in it: a dead process does not take the system's files along. */
function quickDirectory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

class HostCampaign {
  readonly #seed: number;
  readonly #random: Random;
  readonly #directory: string;
  readonly #scenarios: readonly Scenario[];
  readonly #violations: string[] = [];
  #points = 0;

  constructor(seed: number, directory: string) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#directory = directory;
    // Every scenario leads in its turn; some of the others run beside it.
    const leading = SCENARIOS[seed % SCENARIOS.length];
    this.#scenarios = SCENARIOS.filter((each) => each === leading || this.#random.chance(0.3));
  }

  async run(): Promise<HostCampaignResult> {
    const original = this.#recording('original', START);
    const expected = await this.#live(original);
    for (const length of this.#crashes(original)) await this.#crash(original, length, expected);
    if (this.#seed % REAL_KILL_EVERY === 0) await this.#kill(expected);
    return { points: this.#points, violations: this.#violations };
  }

  #recording(name: string, now: number): Recording {
    return { statePath: path.join(this.#directory, name), timeline: [{ from: 0, now }] };
  }

  /** Lives on a state to the end. The recording keeps what the log held before it was tidied up. */
  async #live(recording: Recording): Promise<Outcome> {
    const { statePath, timeline } = recording;
    const life = new Life({
      statePath,
      scenarios: this.#scenarios,
      now: timeline.at(-1)?.now ?? START,
      advanced: (now) => timeline.push({ from: logSize(statePath), now }),
    });
    const wrong = await life.run();
    const outcome = await life.outcome();
    const kept = `${statePath}-kept`;
    crashState(statePath, logSize(statePath), kept);
    wrong.push(...life.end());
    recording.statePath = kept;
    for (const violation of wrong) this.#violation(recording, violation);
    return outcome;
  }

  /** The end of every transaction, and one place within each. */
  #crashes({ statePath }: Recording): number[] {
    const ends = [0, ...commits(statePath)];
    const within = ends.slice(1).map((end, index) => {
      const begin = ends[index] ?? 0;
      return this.#random.between(begin + 1, end - 1);
    });
    return [...ends, ...within];
  }

  async #crash(before: Recording, length: number, expected: Outcome): Promise<void> {
    const after = this.#revive(before, length);
    this.#compare(after, await this.#live(after), expected);
    if (!this.#random.chance(0.2)) return;
    const again = this.#revive(after, this.#random.between(0, logSize(after.statePath)));
    this.#compare(again, await this.#live(again), expected);
  }

  #revive(before: Recording, length: number): Recording {
    const now = before.timeline.findLast(({ from }) => from <= length)?.now ?? START;
    const after = this.#recording(`crash-${++this.#points}`, now);
    crashState(before.statePath, length, after.statePath);
    return after;
  }

  async #kill(expected: Outcome): Promise<void> {
    this.#points++;
    const killed = this.#recording('killed', START);
    const invocations = this.#random.between(1, 8);
    const outcome = await killAndRestart(killed.statePath, this.#scenarios, invocations);
    this.#compare(killed, outcome, expected);
  }

  #compare(recording: Recording, found: Outcome, expected: Outcome): void {
    const [first] = differences(found, expected);
    if (first) this.#violation(recording, first);
  }

  #violation({ statePath }: Recording, violation: string): void {
    const where = `${this.#scenarios.join(', ')}, ${path.basename(statePath)}`;
    this.#violations.push(`seed ${this.#seed} (${where}): ${violation}`);
  }
}

/** What of an outcome differs, in words. */
function differences(found: Outcome, expected: Outcome): string[] {
  const parts = ({ instances, entities }: Outcome): Record<string, unknown> => ({
    ...instances,
    entities,
  });
  const [left, right] = [parts(found), parts(expected)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => !isDeepStrictEqual(left[name], right[name]))
    .map((name) => `${name} is ${JSON.stringify(left[name])}, not ${JSON.stringify(right[name])}`);
}
