interface Entry<Item> {
  item: Item;
  rank: number;
  /** Tells items of the same rank apart: first come, first served. */
  arrival: number;
}

/**
 * Items in the order of a number: a binary heap that knows where each item lies, so that an item can
 * be taken out of the middle. A heap without that would keep every completed message until its
 * time to live is over.
 */
export class PriorityQueue<Item> {
  readonly #heap: Entry<Item>[] = [];
  readonly #positions = new Map<Item, number>();
  #arrivals = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The item of the lowest rank and that rank, or undefined when there is none. */
  first(): Readonly<Entry<Item>> | undefined {
    return this.#heap[0];
  }

  /** Adds an item, or moves it when it is there already. */
  set(item: Item, rank: number): void {
    this.delete(item);
    this.#place({ item, rank, arrival: this.#arrivals++ }, this.#heap.length);
    this.#rise(this.#heap.length - 1);
  }

  /** Takes an item out; one that is not there is no error. */
  delete(item: Item): void {
    const position = this.#positions.get(item);
    if (position === undefined) return;
    this.#positions.delete(item);
    const last = this.#heap.pop();
    if (last === undefined || last.item === item) return;
    this.#place(last, position);
    this.#rise(position);
    this.#sink(this.#positions.get(last.item) ?? position);
  }

  #place(entry: Entry<Item>, position: number): void {
    this.#heap[position] = entry;
    this.#positions.set(entry.item, position);
  }

  #rise(start: number): void {
    for (let position = start; position > 0;) {
      const parent = (position - 1) >> 1;
      if (!this.#isBefore(position, parent)) return;
      this.#swap(parent, position);
      position = parent;
    }
  }

  #sink(start: number): void {
    for (let position = start; ;) {
      const left = 2 * position + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, position)) return;
      this.#swap(position, child);
      position = child;
    }
  }

  #isBefore(position: number, other: number): boolean {
    const left = this.#heap[position];
    const right = this.#heap[other];
    if (left === undefined || right === undefined) return false;
    return left.rank < right.rank || (left.rank === right.rank && left.arrival < right.arrival);
  }

  #swap(position: number, other: number): void {
    const left = this.#heap[position];
    const right = this.#heap[other];
    if (left === undefined || right === undefined) return;
    this.#place(right, position);
    this.#place(left, other);
  }
}
