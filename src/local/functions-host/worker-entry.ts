import { extname, join } from 'node:path';

/** The program of a worker. It lies beside this module whether the host is bundled or runs as written. */
export const WORKER_ENTRY = join(
  import.meta.dirname,
  `worker/main${extname(import.meta.filename)}`,
);
