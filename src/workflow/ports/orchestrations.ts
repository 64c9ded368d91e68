/** The durable engine, seen from the doors and timers. The instance id is the job id. */
export interface Orchestrations {
  /** Starts the job's orchestration. Does nothing when one is live. */
  start(jobId: string): Promise<void>;
  isLive(jobId: string): Promise<boolean>;
  /** Wakes the orchestration; the durable state says why. Lost wakes cost ten minutes at most. */
  wake(jobId: string): Promise<void>;
  /** Forgets the histories of orchestrations that ended and were created before `time`. */
  purgeBefore(time: string): Promise<void>;
}
