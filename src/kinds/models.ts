import { z } from 'zod';
import { KINDS, type KindName } from '../jobs/envelope.ts';
import type { DeploymentFacts } from './kind.ts';
import data from './models.json' with { type: 'json' };

const count = z.int().positive();

const quota = z.strictObject({
  tokensPerMinute: count.optional(),
  requestsPerMinute: count,
});

const model = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  /** The kinds of job that a deployment of it can do. */
  kinds: z.array(z.enum(KINDS)),
  /** Missing where the documentation leaves it open. */
  reasoning: z.boolean().optional(),
  /** The values of `reasoning.effort` that it takes; missing where they are not known for sure. */
  efforts: z.array(z.string()).min(1).optional(),
  /** What the documentation says that it cannot do. */
  lacks: z.array(
    z.enum(['streaming', 'reasoning-summary', 'image-generation', 'parallel-tool-calls']),
  ),
  limits: z.strictObject({
    /** Input and output together, in tokens. */
    contextTokens: count.optional(),
    outputTokens: count.optional(),
    promptCharacters: count.optional(),
  }),
  /** Of a whole subscription and region, by its tier; what admission begins with. */
  quotas: z.strictObject({ enterprise: quota.optional(), default: quota }).optional(),
});

/** The shape of `models.json`, the one place that knows models (design, rule 10). */
export const modelData = z.strictObject({
  rejectedByReasoning: z.array(z.string()),
  models: z.array(model),
});

export type Model = z.infer<typeof model>;
export type Ability = Model['lacks'][number];

// A test holds the file against the schema, so that starting up need not.
const known = data as z.infer<typeof modelData>;

/** Fields that no reasoning model takes. */
export const REJECTED_BY_REASONING: readonly string[] = known.rejectedByReasoning;

/** What is known of the model behind a deployment. */
export interface Recognised {
  model: Model;
  /** True when the deployment's own name was all there was to go by. */
  guessed: boolean;
}

/**
 * Finds the model behind a deployment: by the name in the settings, else by the deployment's own;
 * in both, the longest known name that it begins with, up to a `-` or `_`. So `gpt-4o-2024-08-06`
 * is gpt-4o and `o3-pro-prod` is o3-pro, but `gpt-5.9` is not gpt-5.
 *
 * @returns undefined for an unknown model, which is not an error.
 */
export function recognise(facts: DeploymentFacts): Recognised | undefined {
  const name = (facts.model ?? facts.name).toLowerCase();
  const [longest] = known.models
    .filter((candidate) => beginsWith(name, candidate.name))
    .sort((one, other) => other.name.length - one.name.length);
  return longest && { model: longest, guessed: facts.model === undefined };
}

function beginsWith(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^(?:$|[-_])/.test(name.slice(prefix.length));
}

export function canDo(kind: KindName, { kinds }: Model): boolean {
  return kinds.includes(kind);
}
