import type { AccountInventory } from '../../../src/workflow/notices/account.ts';
import type { Inventories } from '../../../src/workflow/notices/ports.ts';
import type { Around } from './around.ts';

/** What was last read of each account, in memory, by its resource id. */
export class MemoryInventories implements Inventories {
  readonly #stored: Map<string, AccountInventory>;
  readonly #around: Around;

  constructor(stored: Map<string, AccountInventory>, around: Around) {
    this.#stored = stored;
    this.#around = around;
  }

  async put(inventory: AccountInventory): Promise<void> {
    await this.#around('inventories.put', () => this.#stored.set(inventory.account, inventory));
  }

  read(account: string): Promise<AccountInventory | undefined> {
    return this.#around('inventories.read', () => this.#stored.get(account));
  }
}
