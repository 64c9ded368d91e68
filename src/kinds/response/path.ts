/** Where a response lives below the v1 base; its id is data, so it is encoded. */
export function responsePath(upstreamId: string): string {
  return `/responses/${encodeURIComponent(upstreamId)}`;
}
