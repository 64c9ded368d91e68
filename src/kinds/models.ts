import { z } from 'zod';
import { KINDS, type KindName } from '../jobs/envelope.ts';
import type { DeploymentFacts, VideoApi } from './kind.ts';
import data from './models.json' with { type: 'json' };

const count = z.int().positive();

/** What is documented of one tier; what is not, is left out. */
const quota = z.strictObject({
  concurrent: count.optional(),
  requestsPerMinute: count.optional(),
  createsPerMinute: count.optional(),
  tokensPerMinute: count.optional(),
  enqueuedTokens: count.optional(),
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

/** What is documented of a model's quotas; what is absent is not limited, as far as is known. */
export type Quota = { [Name in keyof z.infer<typeof quota>]?: number };

/** Whose quotas count: those of enterprise agreements are ten times the others. */
export type QuotaTier = 'default' | 'enterprise';

/** The models whose quotas count where all that is known is which of the video APIs is spoken. */
const MODEL_BY_API: Record<VideoApi, string> = { jobs: 'sora', videos: 'sora-2' };

/**
 * What a deployment takes as far as it is documented of its model, for a whole subscription and
 * region: what is set up for one deployment is less, and said by the settings.
 *
 * @returns no limit at all for a model that is not known, or of which none is documented.
 */
export function documentedLimits(facts: DeploymentFacts, tier: QuotaTier): Quota {
  const byApi = facts.videoApi && { name: MODEL_BY_API[facts.videoApi] };
  const found = recognise(facts) ?? (byApi && recognise(byApi));
  const { enterprise, default: standard = {} } = found?.model.quotas ?? {};
  return ((tier === 'enterprise' && enterprise) || standard) as Quota;
}
