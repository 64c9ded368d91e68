const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** The two APIs give thumbnails in different formats, so their names follow the content type. */
export function thumbnailName(number: number, contentType: string): string {
  const format = /^image\/([a-z0-9]+)/.exec(contentType)?.[1];
  return `thumbnail-${number}.${EXTENSIONS[contentType] ?? format ?? 'jpg'}`;
}
