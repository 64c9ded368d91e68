import { LonghaulError } from '../../../src/jobs/errors.ts';
import type { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import type { Random } from '../random.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/**
 * Longer than the settle window of an intent; two of them shorter than the ten minutes for which
 * upkeep leaves a mark without a row alone: nothing is claimed of a process that stands still longer.
 */
const LONGEST_STALL = 290_000;

/** What is away for a while. */
type Part = 'storage' | 'bus' | 'engine';

interface Outage {
  part: Part;
  from: number;
  to: number;
}

/** Our own infrastructure being away; storage says so with a LonghaulError instead. */
export class OutageError extends Error {
  override name = 'OutageError';
}

/** Answers of a storage SDK whose first try had worked unnoticed: its second found it done. */
const RETOLD: Readonly<Record<string, unknown>> = {
  'index.insert': 'exists',
  'index.insertIntent': 'exists',
  'index.replace': false,
};

/** How often each misfortune happens; some seeds have none of a kind. */
interface Climate {
  crash: number;
  stall: number;
  answerLost: number;
  retold: number;
  twice: number;
  lostOrchestration: number;
  upstream: number;
  /** Operations may take a moment, so that others come in between. */
  latency: number;
}

/** Everything that goes wrong in our own infrastructure, until the weather turns calm. */
export class Weather {
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #climate: Climate;
  readonly #outages: Outage[];
  readonly #calmAt: number;

  constructor(random: Random, clock: VirtualClock) {
    this.#random = random;
    this.#clock = clock;
    this.#climate = climateOf(random);
    this.#calmAt = clock.now() + random.between(1, 90) * MINUTE;
    this.#outages = Array.from({ length: random.between(0, 4) }, () => this.#outage());
  }

  /** Whether this misfortune happens now. */
  strikes(misfortune: keyof Climate): boolean {
    const probability = this.#climate[misfortune];
    return probability > 0 && !this.isCalm && this.#random.chance(probability);
  }

  get isCalm(): boolean {
    return this.#clock.now() >= this.#calmAt;
  }

  /** Lets others come in between, for a moment or for so long that nobody counts on this any more. */
  async pause(): Promise<void> {
    if (this.strikes('stall'))
      return this.#clock.sleep(this.#random.between(SECOND, LONGEST_STALL));
    if (this.strikes('latency')) return this.#clock.sleep(this.#random.between(1, 300));
    for (let turns = this.#random.between(0, 2); turns > 0; turns -= 1) await Promise.resolve();
  }

  /** @throws when what the operation needs is away. */
  reach(operation: string): void {
    const part = partOf(operation);
    const now = this.#clock.now();
    const away = this.#outages.some((outage) => {
      return outage.part === part && outage.from <= now && now < outage.to;
    });
    if (away) throw failureOf(part);
  }

  /** What the caller gets to hear of an operation that was done. */
  told<Result>(operation: string, result: Result): Result {
    const part = partOf(operation);
    if (part && this.strikes('answerLost')) throw failureOf(part);
    return operation in RETOLD && this.strikes('retold') ? (RETOLD[operation] as Result) : result;
  }

  #outage(): Outage {
    const from = this.#clock.now() + this.#random.between(0, 60) * MINUTE;
    const to = from + this.#random.between(5, 25 * 60) * SECOND;
    const part = this.#random.pick<Part>(['storage', 'bus', 'engine']);
    return { part, from, to: Math.min(to, this.#calmAt) };
  }
}

function climateOf(random: Random): Climate {
  return {
    crash: random.pick([0, 0, 0.005, 0.02, 0.06]),
    stall: random.pick([0, 0, 0.002, 0.01]),
    answerLost: random.pick([0, 0, 0.01]),
    retold: random.pick([0, 0, 0.02]),
    twice: random.pick([0, 0.1, 0.5]),
    lostOrchestration: random.pick([0, 0, 0.02, 0.1]),
    upstream: random.pick([0, 0.1, 0.3, 0.6]),
    latency: random.pick([0, 0, 0.3]),
  };
}

function partOf(operation: string): Part | undefined {
  const [port = ''] = operation.split('.');
  if (port === 'upstream') return undefined;
  if (port === 'publisher') return 'bus';
  return port === 'engine' ? 'engine' : 'storage';
}

function failureOf(part: Part | undefined): Error {
  return part === 'storage'
    ? new LonghaulError('storage-unavailable', 'Storage is away.')
    : new OutageError(`The ${part} is away.`);
}
