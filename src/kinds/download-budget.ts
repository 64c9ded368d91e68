/** Calls for one file: enough for a large one over a bad line. */
const MOST_CALLS = 20;

/** Calls in a row that bring the file no further. */
const MOST_IDLE_CALLS = 3;

/** How often a download may be taken up again before it is left for later. */
export class DownloadBudget {
  #calls = 0;
  #idle = 0;
  #furthest = -1;

  /**
   * Counts a call about to be made.
   *
   * @param received bytes that the download has got so far.
   * @returns false when the call should not be made.
   */
  allows(received: number): boolean {
    this.#calls += 1;
    this.#idle = received > this.#furthest ? 0 : this.#idle + 1;
    this.#furthest = Math.max(this.#furthest, received);
    return this.#calls <= MOST_CALLS && this.#idle < MOST_IDLE_CALLS;
  }
}
