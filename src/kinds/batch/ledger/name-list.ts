const OTHER = 'other';

/** Numbers names, from 0, so that a column can hold them. */
export class NameList {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #most: number;

  /** @param most names that are kept apart; all further ones are `other`. */
  constructor(most: number) {
    this.#most = most;
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === this.#most) return this.#most;
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  nameOf(number: number): string {
    return this.#names[number] ?? OTHER;
  }
}
