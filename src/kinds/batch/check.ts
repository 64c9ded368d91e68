import type { Options } from '../../jobs/envelope.ts';
import type { FieldProblem } from '../../jobs/errors.ts';
import { deploymentName } from '../deployment-name.ts';
import { problemsOf } from '../field-problems.ts';
import type { Check, DeploymentFacts } from '../kind.ts';
import { canDo, recognise } from '../models.ts';
import { allowedEndpoints } from './endpoints.ts';
import { batchRequest } from './schema.ts';

/** Everything that is wrong with a request, told at once; the rows are looked at by the doctor. */
export function check(
  request: Record<string, unknown>,
  options: Options,
  facts: DeploymentFacts,
): Check {
  const deployment = deploymentName.safeParse(request['model']).data;
  return {
    ...(deployment === undefined ? {} : { deployment }),
    problems: [
      ...problemsOf(batchRequest, request, ['request']),
      ...endpointProblems(request, facts),
      ...optionProblems(options),
    ],
    warnings: modelWarnings(facts),
  };
}

function endpointProblems(
  { endpoint }: Record<string, unknown>,
  { batchEndpoints }: DeploymentFacts,
): FieldProblem[] {
  const allowed = allowedEndpoints(batchEndpoints);
  if (typeof endpoint !== 'string' || allowed.includes(endpoint)) return [];
  const detail = `must be one of ${allowed.join(', ')}, or left out: then the rows' url decides. The settings of a deployment may allow more`;
  return [{ pointer: '/request/endpoint', detail }];
}

/** What an option means to other kinds alone. */
const FOREIGN_OPTIONS = {
  imageGenerationDeployment: 'means nothing to a batch: name the deployment in the rows',
  onUncertainSubmission:
    'means nothing to a batch: one without an answer is found again by its metadata',
} as const satisfies Partial<Record<keyof Options, string>>;

function optionProblems(options: Options): FieldProblem[] {
  return Object.entries(FOREIGN_OPTIONS)
    .filter(([name]) => options[name as keyof typeof FOREIGN_OPTIONS] !== undefined)
    .map(([name, detail]) => ({ pointer: `/options/${name}`, detail }));
}

/** Unknown models pass; of a known one that is not listed for batches the user is told. */
function modelWarnings(facts: DeploymentFacts): string[] {
  const recognised = recognise(facts);
  if (!recognised || canDo('batch', recognised.model)) return [];
  return [
    `The model ${recognised.model.name} is not known to take batches. Azure OpenAI may refuse the file.`,
  ];
}
