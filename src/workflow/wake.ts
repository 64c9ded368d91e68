import type { ServicesWithEngine } from './services.ts';

/** Wakes a job's orchestration. A lost wake-up costs ten minutes at most, so it is no failure. */
export async function wake(
  { orchestrations, journal }: Pick<ServicesWithEngine, 'orchestrations' | 'journal'>,
  jobId: string,
): Promise<void> {
  try {
    await orchestrations.wake(jobId);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    journal.write({ event: 'wake-late', jobId, reason });
  }
}
