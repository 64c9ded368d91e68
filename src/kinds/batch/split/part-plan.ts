/** One file to be uploaded: the rows of the input from one byte to another. */
export interface PartPlan {
  /** First byte in the input. */
  start: number;
  /** The byte after the last one. */
  end: number;
  /** The line of the input, from 1, that is line 1 of this part. */
  firstLine: number;
  rows: number;
  /** Bytes to be uploaded, deployment names filled in. */
  bytes: number;
  /** Estimated. */
  tokens: number;
}
