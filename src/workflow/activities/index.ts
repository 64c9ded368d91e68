import type { ServicesWithEngine } from '../services.ts';
import type { StepName, Steps } from '../steps.ts';
import { admitJob } from './admit-job.ts';
import { announceRisk } from './announce-risk.ts';
import { cancelUpstream } from './cancel-upstream.ts';
import { checkJob } from './check-job.ts';
import { cleanUpJob } from './clean-up-job.ts';
import { collectOutputs } from './collect-outputs.ts';
import { findSubmission } from './find-submission.ts';
import { finishJob } from './finish-job.ts';
import { holdForAction } from './hold-for-action.ts';
import { pollJob } from './poll-job.ts';
import { prepareJob } from './prepare-job.ts';
import { publishEvents } from './publish-events.ts';
import { settleSubmission } from './settle-submission.ts';
import { submitJob } from './submit-job.ts';

/** Every activity of `runJob` by its name. Each bears being run twice, also at the same moment. */
export const ACTIVITIES: {
  [Name in StepName]: (
    services: ServicesWithEngine,
    input: Steps[Name]['input'],
  ) => Promise<Steps[Name]['result']>;
} = {
  checkJob,
  admitJob,
  prepareJob,
  submitJob,
  findSubmission,
  settleSubmission,
  holdForAction,
  pollJob,
  cancelUpstream,
  collectOutputs,
  finishJob,
  announceRisk,
  publishEvents,
  cleanUpJob,
};
