import { derivedId } from '../../../jobs/identity.ts';

/**
 * Tells a part from others under the same id: of a job that was forgotten, or of another
 * installation on the same account.
 *
 * @returns 12 hex digits.
 */
export function partMark(partId: string, createdAt: string): string {
  return derivedId(partId, createdAt).slice(0, 12);
}
