/**
 * What the two APIs take (Azure OpenAI documentation: video generation concepts; REST reference:
 * create a video generation job, create video).
 */
export const JOBS_LIMITS = {
  sizes: [
    '480x480',
    '480x854',
    '854x480',
    '720x720',
    '720x1280',
    '1280x720',
    '1080x1080',
    '1080x1920',
    '1920x1080',
  ],
  seconds: { least: 1, most: 20 },
  promptCharacters: 4_000,
} as const;

export const VIDEOS_LIMITS = {
  /** Those that Azure documents, then those of the larger model, which only OpenAI documents. */
  sizes: ['720x1280', '1280x720', '1024x1792', '1792x1024'],
  azureSizes: ['720x1280', '1280x720'],
  seconds: ['4', '8', '12'],
  promptCharacters: 32_000,
  /** Of a picture as an address or in base64. */
  pictureUrlCharacters: 20_971_520,
} as const;

/** The most variants of one job, by the shorter side of the video. */
const VARIANTS = [
  { from: 1_080, most: 1 },
  { from: 720, most: 2 },
  { from: 0, most: 4 },
] as const;

export const MOST_VARIANTS = 4;

export function mostVariants(width: number, height: number): number {
  const shorter = Math.min(width, height);
  return VARIANTS.find(({ from }) => shorter >= from)?.most ?? MOST_VARIANTS;
}
