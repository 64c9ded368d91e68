import { Parser } from 'htmlparser2';

/** Azure Monitor sends at most 256 KB altogether; live texts have a tenth of this. */
const LONGEST_HTML = 65_536;

/** Some senders encode a text twice. What is encoded more often stays as it is. */
const DECODINGS = 3;

const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'head']);
const INLINE = new Set(['a', 'b', 'em', 'font', 'i', 'small', 'span', 'strong', 'sub', 'sup', 'u']);

/**
 * What a person would read of an untrusted HTML text: no markup, no control or invisible characters.
 * Angle brackets that belong to the text become `‹` and `›`, so that no reader can take them for
 * markup again.
 *
 * @param limit in characters.
 */
export function plainText(html: string, limit: number): string {
  let text = html.slice(0, LONGEST_HTML);
  for (let round = 0; round < DECODINGS; round += 1) {
    const read = textOf(text);
    if (read === text) break;
    text = read;
  }
  const visible = text.replaceAll('<', '‹').replaceAll('>', '›').toWellFormed();
  return shortened(tidied(visible), limit);
}

function textOf(html: string): string {
  let text = '';
  let unseen = 0;
  const parser = new Parser({
    onopentag(name) {
      if (UNSEEN.has(name)) unseen += 1;
      else if (!INLINE.has(name)) text += '\n';
    },
    onclosetag(name) {
      if (UNSEEN.has(name)) unseen -= 1;
      else if (!INLINE.has(name)) text += '\n';
    },
    ontext(piece) {
      if (unseen === 0) text += piece;
    },
  });
  parser.end(html);
  return text;
}

function tidied(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/[\p{Cc}\p{Cf}\p{Co}]/gu, '')
        .trim(),
    )
    .filter((line) => line !== '')
    .join('\n');
}

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
