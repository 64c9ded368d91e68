import { Ledger } from '../../../../src/kinds/batch/ledger/ledger.ts';
import type {
  LedgerEntry,
  LedgerSummary,
} from '../../../../src/kinds/batch/ledger/ledger-entry.ts';
import { line, stream, textOf } from '../doctor/rows.ts';

/** The files of a job; text or, for what is no UTF-8, bytes. */
export interface Files {
  input: string;
  output?: string | Uint8Array;
  errors?: string | Uint8Array;
}

/** @param size of the chunks that everything is read in. */
export async function closed({ input, output = '', errors = '' }: Files, size?: number) {
  const ledger = new Ledger();
  const passed = {
    output: await textOf(ledger.noting('output.jsonl', stream(output, size))),
    errors: await textOf(ledger.noting('errors.jsonl', stream(errors, size))),
  };
  const text = await textOf(ledger.close(stream(input, size)));
  const summary: LedgerSummary = ledger.summary(60);
  return { text, entries: entriesOf(text), summary, passed };
}

export function entriesOf(text: string): LedgerEntry[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((entry) => JSON.parse(entry) as LedgerEntry);
}

/** An input with these ids. */
export function inputOf(...ids: string[]): string {
  return ids.map((custom_id, i) => `${line(i, { custom_id })}\n`).join('');
}

/** A line of results. */
export function result(custom_id: string, fields: object): string {
  const id = `batch_req_${custom_id}`;
  return `${JSON.stringify({ id, custom_id, response: null, error: null, ...fields })}\n`;
}

export function answer(custom_id: string, body: object = {}, status: unknown = 200): string {
  return result(custom_id, { response: { status_code: status, request_id: 'r', body } });
}

export function refusal(custom_id: string, status: number, error: object): string {
  return answer(custom_id, { error }, status);
}
