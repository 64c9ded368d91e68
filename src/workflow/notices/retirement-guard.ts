import { LonghaulError, type FieldProblem } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { Services } from '../services.ts';
import { deployedIn, type DeployedModel } from './account.ts';

type GuardServices = Pick<Services, 'deployments' | 'inventories' | 'retirement'>;

/** What a job would use, and until when. */
type JobNeeds = Pick<Job, 'deployment' | 'options' | 'deadline'>;

/**
 * Finds out whether a job could still end before the models that it needs retire, by what was last
 * read of their accounts.
 *
 * @returns a warning for each that retires before, when the settings let such jobs in.
 * @throws LonghaulError `model-retiring` when they do not; `storage-unavailable`.
 */
export async function heedRetirements(
  services: GuardServices,
  { deployment, options, deadline }: JobNeeds,
): Promise<string[]> {
  const named = {
    '/request/model': deployment,
    '/options/imageGenerationDeployment': options.imageGenerationDeployment,
  };
  const problems: FieldProblem[] = [];
  for (const [pointer, name] of Object.entries(named)) {
    const deployed = name ? await lookUp(services, name) : undefined;
    const detail = deployed && tooLate(deployed, deadline);
    if (detail) problems.push({ pointer, detail });
  }
  if (services.retirement.late === 'warn') return problems.map(warningOf);
  if (problems.length > 0) throw retiring(problems);
  return [];
}

async function lookUp(
  { deployments, inventories }: GuardServices,
  name: string,
): Promise<DeployedModel | undefined> {
  const account = deployments.described(name)?.account;
  return account ? deployedIn(await inventories.read(account), name) : undefined;
}

function tooLate(deployed: DeployedModel, deadline: string): string | undefined {
  const { deployment, model, version, retirementDate } = deployed;
  if (retirementDate === null || Date.parse(deadline) <= Date.parse(retirementDate)) {
    return undefined;
  }
  return `names the deployment "${deployment}", whose model ${model} ${version} retires on ${retirementDate}, before the deadline ${deadline}`;
}

function warningOf({ pointer, detail }: FieldProblem): string {
  return `${pointer} ${detail}: from then on its calls fail.`;
}

function retiring(problems: FieldProblem[]): LonghaulError {
  const what = problems.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  return new LonghaulError(
    'model-retiring',
    `${what}. Use a deployment of another model, or set "options.deadline" so that the job ends before.`,
    problems,
  );
}
