/** One file among a job's outputs. */
export interface OutputFile {
  name: string;
  bytes: number;
  /** SHA-256 of the content, 64 lower-case hex digits. */
  sha256: string;
  contentType: string;
}

/** The list of a job's output files, written after all of them (`manifest.json`). */
export interface Manifest {
  jobId: string;
  /** False when something that upstream held, or should have held, is missing. */
  complete: boolean;
  createdAt: string;
  files: OutputFile[];
}

export const MANIFEST_NAME = 'manifest.json';

/** Names of output files: no folders, so that nothing can lead out of the job's own. */
const OUTPUT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function isOutputName(name: string): boolean {
  return OUTPUT_NAME.test(name) && !name.includes('..');
}
