import { BATCH } from './batch-file.ts';
import { RESPONSES } from './responses.ts';
import { VIDEOS } from './videos.ts';

export type Door = 'http' | 'service-bus' | 'storage-queue' | 'blob-drop';

/** What is handed in, and where. */
export type HandIn =
  | {
      door: Door;
      envelope: { id: string } & Record<string, unknown>;
      /** A request that lies in a blob of the inbox instead of in the envelope. */
      blob?: Blob;
    }
  | { door: 'blob-drop'; batchFile: Blob };

interface Blob {
  /** Inside the inbox. */
  path: string;
  content: string;
}

/** One job of the demo: what is handed in, where, and how it must end. */
export type DemoJob = HandIn & {
  expected: 'succeeded' | 'failed' | 'cancelled';
  /** What the simulator is to do with this job's create. */
  fault?: Record<string, unknown>;
};

export const DEMO_JOBS: readonly DemoJob[] = [...RESPONSES, ...VIDEOS, BATCH];
