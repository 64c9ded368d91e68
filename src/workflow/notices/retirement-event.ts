import { serviceEvent, type JobEvent } from '../../jobs/events.ts';
import { derivedId } from '../../jobs/identity.ts';
import { accountName, type AccountInventory, type DeployedModel } from './account.ts';
import { daysUntil, stageOf } from './stages.ts';

/**
 * The event of the stage that a deployment's retirement has reached. Its id follows from account,
 * deployment, model, the day of the retirement and the stage: a date that Azure moves is announced
 * anew.
 *
 * @param now milliseconds since the Unix epoch.
 * @returns undefined when there is nothing to announce yet.
 */
export function retirementEvent(
  { account, region }: AccountInventory,
  deployed: DeployedModel,
  warningDays: number,
  now: number,
): JobEvent | undefined {
  const { deployment, model, version, retirementDate } = deployed;
  if (retirementDate === null) return undefined;
  const daysLeft = daysUntil(retirementDate, now);
  const stage = stageOf(daysLeft, warningDays);
  if (!stage) return undefined;
  const day = retirementDate.slice(0, 10);
  const key = derivedId('retirement', account.toLowerCase(), deployment, model, version, day);
  return serviceEvent({
    id: `retirement.${key}.${stage.days}`,
    type: 'longhaul.model.retirement-announced',
    subject: `${accountName(account)}/${deployment}`,
    sequence: stage.number,
    time: new Date(now).toISOString(),
    data: {
      source: 'resource-manager',
      account: accountName(account),
      resourceId: account,
      region,
      ...deployed,
      daysLeft,
      stage: stage.days,
    },
  });
}
