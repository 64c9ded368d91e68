import type { InputBlob } from '../../ports.ts';
import { RowDeployment } from '../rows/row-deployment.ts';
import { INPUT_LIMITS } from '../rows/limits.ts';
import { transformLines } from '../rows/transformed-lines.ts';
import type { Line } from '../rows/line-splitter.ts';
import { RowScanner } from '../rows/row-scanner.ts';
import type { PartPlan } from './part-plan.ts';

/**
 * The rows of one part as they are to be uploaded: byte for byte as they are in the input, but for
 * the deployment's name where it is to be filled in. The length is `plan.bytes`.
 *
 * @throws Error for rows that no examination has found fit.
 */
export function partContent(
  input: Pick<InputBlob, 'open'>,
  plan: PartPlan,
  options: { fillDeployment?: string } = {},
): AsyncIterable<Uint8Array> {
  const content = input.open({ start: plan.start, end: plan.end });
  const { fillDeployment } = options;
  return fillDeployment === undefined ? content : filled(content, fillDeployment);
}

function filled(content: AsyncIterable<Uint8Array>, deployment: string): AsyncIterable<Uint8Array> {
  const name = new RowDeployment(deployment);
  const scanner = new RowScanner();
  return transformLines(content, INPUT_LIMITS.bytesPerRow, (line) => {
    const { bytes, start, end } = line;
    const outline = scanner.scan(bytes, start, end);
    if (!outline) throw new Error(`Line ${line.number} of the part is no row`);
    return name.set(bytes, start, lineBreakEnd(line), outline);
  });
}

function lineBreakEnd({ start, from, to }: Line): number {
  return start + (to - from);
}
