import { InputExaminer } from './input-examiner.ts';
import type { InputExamination, InputRules } from './input-report.ts';

/**
 * Reads the whole input once and finds what is wrong with it before anything is uploaded, and the
 * parts it is to be uploaded in. Holds one row, a thousand faults, and 20 to 50 bytes for each row
 * (see `IdTable`), however large the file and its lines are.
 *
 * @throws whatever reading the content throws.
 */
export async function examineInput(
  content: AsyncIterable<Uint8Array>,
  rules: InputRules,
): Promise<InputExamination> {
  const examiner = new InputExaminer(rules);
  for await (const chunk of content) examiner.push(chunk);
  return examiner.end();
}
