import type { JobEvent } from '../../jobs/events.ts';
import type { AccountInventory, AccountReading } from './account.ts';

/** An event that is no job's, as it was first stored: whoever repeats it sends the same bytes. */
export interface Announcement {
  event: JobEvent;
  published: boolean;
}

/** Where events that are no job's are kept, so that each is announced once, whatever crashes. */
export interface Announcements {
  /**
   * Insert-if-absent, by the event's id.
   * @returns what was stored first.
   */
  putOnce(event: JobEvent): Promise<Announcement>;
  markPublished(event: JobEvent): Promise<void>;
  unpublished(): AsyncIterable<JobEvent>;
}

/** What was last read of each account, for every process. */
export interface Inventories {
  put(inventory: AccountInventory): Promise<void>;
  /** @param account its resource id. */
  read(account: string): Promise<AccountInventory | undefined>;
}

/** Azure Resource Manager. */
export interface ResourceManager {
  /**
   * @param account its resource id.
   * @throws Error when it cannot be read.
   */
  read(account: string): Promise<AccountReading>;
}

/** What the settings want of the retirement guard. */
export interface RetirementRules {
  /** Days before a retirement from which on it is announced. */
  warningDays: number;
  /** What becomes of a job whose deadline lies after its model's retirement. */
  late: 'refuse' | 'warn';
}
