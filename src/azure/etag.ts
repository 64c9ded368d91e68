/** Storage writes ETags in quotes, its events without them (`data.eTag` of BlobCreated). */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^"(.*)"$/, '$1');
}

/** The form that a conditional header needs. */
export function quotedEtag(etag: string): string {
  return `"${bareEtag(etag)}"`;
}
