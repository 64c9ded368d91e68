import type { Progress } from './progress.ts';
import type { ProgramName } from './programs.ts';

export interface StackOptions {
  /** Where everything is kept; `.longhaul` in the current directory by default. */
  state?: string | undefined;
  /** Begin empty. */
  reset?: boolean | undefined;
  /** The function app's directory, absolute; the built package of this repository by default. */
  app?: string | undefined;
  /** The functions host's port; without it (or with 0) the one it had, the usual one, or a free one. */
  port?: number | undefined;
  /** Prefer the ports a person expects (7071, 10000 …) over any free ones when none are remembered. */
  usualPorts?: boolean | undefined;
  /** How many worker processes run functions. */
  workers?: number | undefined;
  /** Deliver activities twice, to show what is not idempotent. */
  deliverTwice?: boolean | undefined;
  /** Decides which are delivered twice. */
  seed?: number | undefined;
  /** Let time jump to the next due thing when nothing is in flight. */
  virtualTime?: boolean | undefined;
  /** Virtual time does not pass beyond this ISO 8601 time, or `now`. */
  virtualUntil?: string | undefined;
  /** Ask for function keys. */
  auth?: boolean | undefined;
  /** How long simulated work takes, in seconds: `4`, or a range as in `2-6`. */
  durationSeconds?: string | undefined;
  /** More environment variables for all programs. */
  environment?: NodeJS.ProcessEnv | undefined;
  /** Programs (absolute paths) to run in place of some of the stack's own. They obey the same protocol. */
  programs?: Partial<Record<ProgramName, string>> | undefined;
  /** Hears what happens. */
  onProgress?: ((progress: Progress) => void) | undefined;
}
