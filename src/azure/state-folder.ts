const PART_ID = /^([A-Za-z0-9_-]{1,64})\.([1-9][0-9]{0,6})$/;

/** What the id of a part names: `{jobId}.{number}`. */
export interface PartName {
  of: string;
  number: number;
}

/** @returns undefined for the id of a job that is no part. */
export function partNamed(id: string): PartName | undefined {
  const [, of, number] = PART_ID.exec(id) ?? [];
  return of === undefined || number === undefined ? undefined : { of, number: Number(number) };
}

/** The folder in the `state` container; that of a part lies in its parent's, and goes with it. */
export function stateFolder(id: string): string {
  const part = partNamed(id);
  return part ? `${part.of}/parts/${part.number}` : id;
}

/** Apart from what else is kept of a part, since outputs may have any name. */
export function partOutputsFolder(partId: string): string {
  return `${stateFolder(partId)}/outputs`;
}
