/**
 * Types that say what a file is and that no browser runs: outputs are served as what they are said
 * to be. An SVG can hold scripts, and `application/octet-stream` says nothing.
 */
const SANE =
  /^(?:(?:video|audio|image)\/(?!svg)[a-z0-9][a-z0-9.+-]{0,63}|application\/(?:json|jsonl|x-ndjson|pdf|zip)|text\/(?:plain|csv|markdown))$/;

/**
 * The content type of a file, without parameters.
 *
 * @param said by upstream.
 * @param expected counts where upstream says nothing of use.
 */
export function contentTypeOf(said: string | undefined, expected: string): string {
  const [type = ''] = (said ?? '').split(';', 1);
  const name = type.trim().toLowerCase();
  return SANE.test(name) ? name : expected;
}
