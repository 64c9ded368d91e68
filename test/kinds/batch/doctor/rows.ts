import { examineInput } from '../../../../src/kinds/batch/doctor/examine-input.ts';
import type {
  InputExamination,
  InputFault,
  InputRules,
} from '../../../../src/kinds/batch/doctor/input-report.ts';
import { INPUT_LIMITS, type InputLimits } from '../../../../src/kinds/batch/rows/limits.ts';

export const DEPLOYMENT = 'gpt-5.1-batch';

export interface TestRow {
  custom_id?: unknown;
  method?: unknown;
  url?: unknown;
  body?: unknown;
}

/** A good row, or one with other fields; undefined leaves a field out. */
export function row(number: number, fields: TestRow = {}): TestRow {
  return {
    custom_id: `sum-${number}`,
    method: 'POST',
    url: '/v1/responses',
    body: { model: DEPLOYMENT, instructions: 'Answer with one number.', input: `${number} + 1?` },
    ...fields,
  };
}

export function line(number: number, fields: TestRow = {}): string {
  return JSON.stringify(row(number, fields));
}

/** @returns good rows, as the text of a file. */
export function rows(count: number): string {
  return Array.from({ length: count }, (_, i) => `${line(i + 1)}\n`).join('');
}

/** The bytes in pieces of `size`, without end when it is larger than all of them. */
export async function* stream(content: string | Uint8Array, size = 65_536) {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface RulesChange extends Partial<Omit<InputRules, 'limits'>> {
  limits?: Partial<InputLimits>;
}

export function rulesWith({ limits, ...rules }: RulesChange = {}): InputRules {
  return {
    deployment: DEPLOYMENT,
    fillDeployment: false,
    urls: ['/v1/responses', '/v1/chat/completions', '/chat/completions'],
    ...rules,
    limits: { ...INPUT_LIMITS, ...limits },
  };
}

export function examine(
  content: string | Uint8Array,
  change: RulesChange = {},
  size?: number,
): Promise<InputExamination> {
  return examineInput(stream(content, size), rulesWith(change));
}

/** @throws Error for an input that is fit. */
export async function faultsOf(
  content: string | Uint8Array,
  change: RulesChange = {},
): Promise<InputFault[]> {
  const examination = await examine(content, change);
  if (examination.verdict === 'fit') throw new Error('The doctor finds the input fit');
  return examination.report.faults;
}

/** @throws Error for an input that is unfit. */
export async function fitOf(content: string | Uint8Array, change: RulesChange = {}) {
  const examination = await examine(content, change);
  if (examination.verdict === 'fit') return examination;
  throw new Error(JSON.stringify(examination.report.faults[0]));
}

export async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(content)).toString();
}
