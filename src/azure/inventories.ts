import type { TableClient } from '@azure/data-tables';
import type { AccountInventory } from '../workflow/notices/account.ts';
import type { Inventories } from '../workflow/notices/ports.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import { putEntity, readEntity, type EntityKey } from './table-entities.ts';

/** No job id holds a full stop, so this is no job's partition. */
const ACCOUNTS = '.accounts';

/** What was last read of each account, in the table of the job index. */
export class TableInventories implements Inventories {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  put(inventory: AccountInventory): Promise<void> {
    const { account, readAt } = inventory;
    const record = toRecordParts(inventory, `the account ${account}`);
    return putEntity(this.#table, { ...keyOf(account), readAt, ...record });
  }

  /** The account bears the id that it was asked for by, whatever its case was. */
  async read(account: string): Promise<AccountInventory | undefined> {
    const entity = await readEntity(this.#table, keyOf(account));
    return entity && { ...(fromRecordParts(entity) as AccountInventory), account };
  }
}

/** Resource ids are the same in any case, and row keys hold no slashes. */
function keyOf(account: string): EntityKey {
  return { partitionKey: ACCOUNTS, rowKey: account.toLowerCase().replaceAll('/', '|') };
}
