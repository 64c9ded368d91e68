import { pick } from '../../hash.ts';

const LEADS = [
  'The short answer: it depends on a few things that are worth taking one by one.',
  'Here is a structured answer that follows the order of your question.',
  'In brief, the points below matter most; each is explained in turn.',
] as const;

const REMARKS = [
  'this is the part to settle first, because the rest follows from it.',
  'the evidence is clear enough here to act on, and cheap to check.',
  'two readings are possible; the more cautious one costs little.',
  'what matters is not the single value but how it changes over time.',
  'a small trial tells more than a long argument, so begin with one.',
  'write the assumption down, so that it can be revised later.',
] as const;

const CLOSINGS = [
  'Start with the first point, measure, and come back to the others with what you have learned.',
  'If only one thing is done, let it be the first; the others gain from it.',
  'None of this is final: state what would change your mind, and look for exactly that.',
] as const;

/** What a line of a Markdown list, heading or quotation begins with. */
const LIST_MARKER = /^(?:[-*#>]+|\d+[.)])\s+/;

const MOST_POINTS = 6;
const TITLE_CHARACTERS = 72;
const POINT_CHARACTERS = 200;

/**
 * An answer in Markdown that takes the question apart, point by point: always the same one for the
 * same prompt, and plainly marked as simulated.
 */
export function prose(prompt: string, model: string): string {
  const points = pointsOf(prompt);
  return [
    `# ${excerpt(points[0] ?? 'An answer without a question', TITLE_CHARACTERS)}`,
    pick(LEADS, prompt),
    '## Point by point',
    points.map((point, index) => `${index + 1}. ${remarkOn(point)}`).join('\n'),
    '## Conclusion',
    pick(CLOSINGS, `${prompt} closing`),
    `*Simulated answer of ${model}.*`,
  ].join('\n\n');
}

/** A summary of how the model is said to have arrived at its answer. */
export function reasoningSummary(prompt: string): string {
  const topic = excerpt(pointsOf(prompt)[0] ?? 'the request', TITLE_CHARACTERS);
  return `**Reading the request**\n\nThe request is about “${topic}”. I take its parts in order, weigh what is certain against what is not, and close with one recommendation.`;
}

/** `text` in one line of at most `most` characters. */
export function excerpt(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

function pointsOf(prompt: string): string[] {
  return prompt
    .split(/(?<=[.!?;])\s+|\n+/)
    .map((sentence) => sentence.replace(LIST_MARKER, '').trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
    .slice(0, MOST_POINTS);
}

function remarkOn(point: string): string {
  return `**${excerpt(point, POINT_CHARACTERS)}** – ${pick(REMARKS, point)}`;
}
