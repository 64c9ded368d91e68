/** All of a stream, or what is whole already. */
export async function whole(
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Buffer> {
  if (typeof content === 'string' || content instanceof Uint8Array) return Buffer.from(content);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
