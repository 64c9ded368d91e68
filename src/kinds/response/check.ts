import type { Options } from '../../jobs/envelope.ts';
import type { FieldProblem } from '../../jobs/errors.ts';
import { deploymentName } from '../deployment-name.ts';
import { problemsOf } from '../field-problems.ts';
import type { Check, DeploymentFacts } from '../kind.ts';
import { recognise } from '../models.ts';
import { brokenModelRules, modelWarnings } from './model-rules.ts';
import { brokenRules } from './rules.ts';
import { responseRequest } from './schema.ts';

/** Everything that is wrong with a request, told at once and before anything is spent. */
export function check(
  request: Record<string, unknown>,
  options: Options,
  facts: DeploymentFacts,
): Check {
  const deployment = deploymentName.safeParse(request['model']).data;
  const recognised = recognise(facts);
  const problems = [
    ...problemsOf(responseRequest, request, ['request']),
    ...imageDeploymentProblems(options),
    ...brokenRules(request, options),
    ...(recognised ? brokenModelRules(request, recognised) : []),
  ];
  return {
    ...(deployment === undefined ? {} : { deployment }),
    problems,
    warnings: modelWarnings(request, facts, recognised),
  };
}

/** The option becomes the value of a header, so it is held against the same rule as `model`. */
function imageDeploymentProblems({ imageGenerationDeployment: name }: Options): FieldProblem[] {
  return problemsOf(deploymentName.optional(), name, ['options', 'imageGenerationDeployment']);
}
