import { Random } from '../random.ts';

const NAMES = ['Amina', 'Bruno', 'Chloé', 'Dmitri', 'Esi', 'Farid', 'Grace', 'Hugo'] as const;
const THINGS = ['loaves', 'tickets', 'jars of honey', 'bricks', 'letters', 'lamps'] as const;
const DAYS = ['Monday', 'Tuesday', 'Thursday', 'Saturday'] as const;

export interface Row {
  custom_id: string;
  method: 'POST';
  url: '/v1/responses';
  body: { model?: string; instructions: string; input: string };
}

/**
 * Sums in words, as people put into batches.
 *
 * @param model the deployment that the rows name; without it they name none.
 */
export function rowsFor(model: string | undefined, count: number): Row[] {
  const random = new Random(count);
  return Array.from({ length: count }, (_, index) => ({
    custom_id: `sum-${String(index + 1).padStart(4, '0')}`,
    method: 'POST',
    url: '/v1/responses',
    body: {
      ...(model === undefined ? {} : { model }),
      instructions:
        'Solve the problem step by step. End with the answer alone on a line after ####.',
      input: problem(random),
    },
  }));
}

function problem(random: Random): string {
  const [who, what, when] = [random.pick(NAMES), random.pick(THINGS), random.pick(DAYS)];
  const [first, times, lost] = [random.between(3, 90), random.between(2, 9), random.between(1, 3)];
  return `${who} makes ${first} ${what} a day until ${when}, which is ${times} days, and loses ${lost} of them every day. Each of the rest brings $${random.between(2, 20)}. How much does ${who} earn?`;
}

export function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
