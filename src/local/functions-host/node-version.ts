/** The first versions of each line that have `node:sqlite` without a flag. */
const FIRST_MINOR: Readonly<Record<number, number>> = { 22: 13, 23: 4 };
const OLDEST_LINE = 22;

/** @returns why this version of Node cannot run the host, when it cannot. */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= OLDEST_LINE && minor >= (FIRST_MINOR[major] ?? 0)) return undefined;
  return `This is Node ${version}. The functions host needs node:sqlite, which Node has from 22.13 and 23.4 on; install a newer Node and start again.`;
}
