import { clock, nowIso } from '../../clock.ts';
import type { Services } from '../services.ts';
import type { AccountInventory } from './account.ts';
import { sendAnnouncements } from './announce.ts';
import { inventoryOf } from './inventory.ts';
import { retirementEvent } from './retirement-event.ts';

/**
 * Looks at every account that the settings name: stores what it has deployed, and announces the
 * retirements that have come closer by a stage. An account that cannot be read keeps what was last
 * known of it, and does not keep the others waiting.
 *
 * @returns how many accounts were read, and how many could not be.
 */
export async function checkRetirements(
  services: Services,
): Promise<{ read: number; troubled: number }> {
  let read = 0;
  let troubled = 0;
  for (const account of services.deployments.accounts()) {
    const inventory = await readAccount(services, account);
    if (!inventory) {
      troubled += 1;
      continue;
    }
    read += 1;
    await storeRetirements(services, inventory);
  }
  await sendAnnouncements(services);
  return { read, troubled };
}

/** @returns what is deployed in the account, stored; undefined when it cannot be read. */
export async function readAccount(
  { resourceManager, inventories, journal }: Services,
  account: string,
): Promise<AccountInventory | undefined> {
  try {
    const inventory = inventoryOf(account, await resourceManager.read(account), nowIso());
    await inventories.put(inventory);
    return inventory;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    journal.write({ event: 'account-unreadable', account, reason });
    return undefined;
  }
}

async function storeRetirements(
  { announcements, deployments, retirement }: Services,
  inventory: AccountInventory,
): Promise<void> {
  for (const deployed of inventory.deployments) {
    if (deployments.described(deployed.deployment)?.account !== inventory.account) continue;
    const event = retirementEvent(inventory, deployed, retirement.warningDays, clock().now());
    if (event) await announcements.putOnce(event);
  }
}
