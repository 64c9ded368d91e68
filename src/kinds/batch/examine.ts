import { jobError, LonghaulError } from '../../jobs/errors.ts';
import type { Examination, KindContext, OutputWriter } from '../kind.ts';
import { examineInput } from './doctor/examine-input.ts';
import type { InputReport, InputRules } from './doctor/input-report.ts';
import { allowedEndpoints } from './endpoints.ts';
import { inputOf, type BatchPlan } from './plan.ts';
import { INPUT_LIMITS } from './rows/limits.ts';

export const REPORT_NAME = 'input-report.json';

/** Has the doctor read every row before anything is uploaded. */
export async function examine(
  request: Record<string, unknown>,
  context: KindContext,
  outputs: OutputWriter,
): Promise<Examination> {
  try {
    const rules = rulesOf(request, context);
    const examination = await examineInput(inputOf(context).open(), rules);
    if (examination.verdict === 'unfit') return await unfit(examination.report, outputs);
    const { rows, parts, url, warnings } = examination;
    const plan: BatchPlan = { request, endpoint: chosenEndpoint(request) ?? url, rows, parts };
    return { outcome: 'fit', warnings, plan };
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'input-changed') throw error;
    return { outcome: 'unfit', error: jobError(error.code, error.message), files: [] };
  }
}

function rulesOf(
  request: Record<string, unknown>,
  { deployment, options }: KindContext,
): InputRules {
  const chosen = chosenEndpoint(request);
  const { batchEndpoints, enqueuedTokens } = deployment;
  return {
    deployment: deployment.name,
    fillDeployment: options.fillDeployment === true,
    urls: chosen === undefined ? allowedEndpoints(batchEndpoints) : [chosen],
    limits: {
      ...INPUT_LIMITS,
      ...(enqueuedTokens === undefined ? {} : { tokensPerPart: enqueuedTokens }),
    },
  };
}

function chosenEndpoint({ endpoint }: Record<string, unknown>): string | undefined {
  return typeof endpoint === 'string' ? endpoint : undefined;
}

async function unfit(report: InputReport, outputs: OutputWriter): Promise<Examination> {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const file = await outputs.write(REPORT_NAME, json, 'application/json');
  return { outcome: 'unfit', error: jobError('input-invalid', told(report)), files: [file] };
}

function told({ faultCount, faults: [first] }: InputReport): string {
  const counted = faultCount === 1 ? 'one fault' : `${faultCount} faults`;
  const example = first
    ? ` The first: line ${first.line}, column ${first.column}: ${first.problem} ${first.advice}`
    : '';
  return `The input has ${counted}; nothing was uploaded. ${REPORT_NAME} among the outputs lists them.${example}`;
}
