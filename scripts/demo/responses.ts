import type { DemoJob } from './jobs.ts';

const FAILING = 'Summarise the attached minutes (this one is made to fail upstream).';
const ENDLESS = 'Prove or refute: every even number above two is the sum of two primes.';
const FAILURE = { code: 'server_error', message: 'The model had an internal error.' };

function response(id: string, request: Record<string, unknown>, more: object = {}) {
  return { id, kind: 'response', request, labels: { demo: 'main-job' }, ...more };
}

/** Responses through every door; one is made to fail, one is cancelled. */
export const RESPONSES: readonly DemoJob[] = [
  {
    door: 'http',
    expected: 'succeeded',
    envelope: response('grid-frequency', {
      model: 'o3-pro',
      input:
        'Why must the frequency of an electricity grid stay within a fraction of a hertz? Explain to an engineer who has never worked with power.',
      reasoning: { effort: 'high' },
    }),
  },
  {
    door: 'http',
    expected: 'succeeded',
    envelope: response('invoice-fields', {
      model: 'gpt-5.1',
      input:
        'Invoice 2026-114 of 3 November: 40 hours of consulting at 95 euro, 19 % VAT, due in 30 days. Extract the fields.',
      text: {
        format: {
          type: 'json_schema',
          name: 'invoice',
          strict: true,
          schema: {
            type: 'object',
            properties: {
              number: { type: 'string' },
              net: { type: 'number' },
              currency: { type: 'string', enum: ['EUR', 'USD'] },
            },
            required: ['number', 'net', 'currency'],
            additionalProperties: false,
          },
        },
      },
    }),
  },
  {
    door: 'http',
    expected: 'succeeded',
    envelope: response(
      'lighthouse-picture',
      {
        model: 'gpt-5.1',
        input: 'Draw a picture of a lighthouse in a storm, seen from a small boat.',
        tools: [{ type: 'image_generation', size: '1024x1024' }],
      },
      { options: { imageGenerationDeployment: 'gpt-image-1' } },
    ),
  },
  {
    door: 'http',
    expected: 'succeeded',
    envelope: {
      id: 'contract-review',
      kind: 'response',
      input: { blob: 'inbox/requests/contract-review.json' },
      labels: { demo: 'main-job' },
    },
    blob: {
      path: 'requests/contract-review.json',
      content: JSON.stringify({
        model: 'o3-pro',
        instructions: 'You review contracts for a small company.',
        input:
          'Which three clauses of a software maintenance contract cause most disputes, and how would you word them?',
      }),
    },
  },
  {
    door: 'service-bus',
    expected: 'succeeded',
    envelope: response('ducks-and-eggs', {
      model: 'gpt-5.1',
      instructions:
        'Solve the problem step by step. End with the answer alone on a line after ####.',
      input:
        'A farm has 16 eggs a day. Three are eaten for breakfast, four go into muffins, the rest are sold at 2 dollars each. What does the farm earn a day?',
    }),
  },
  {
    door: 'service-bus',
    expected: 'succeeded',
    envelope: response('retry-policy', {
      model: 'o3-pro',
      input:
        'When is it safe to retry a request that timed out, and when not? Give a rule that a team can put on one page.',
    }),
  },
  {
    door: 'storage-queue',
    expected: 'succeeded',
    envelope: response('release-notes', {
      model: 'gpt-5.1',
      input:
        'Turn these commits into release notes for users: "fix: keep the order of pages", "feat: export to PDF", "perf: open large files twice as fast".',
    }),
  },
  {
    door: 'storage-queue',
    expected: 'failed',
    fault: {
      route: 'POST /responses',
      match: { bodyContains: FAILING },
      outcome: { status: 'failed', error: FAILURE },
    },
    envelope: response('fails-upstream', {
      model: 'gpt-5.1',
      input: FAILING,
    }),
  },
  {
    door: 'blob-drop',
    expected: 'succeeded',
    envelope: response('database-index', {
      model: 'codex-mini',
      input: 'Write an SQL migration that adds an index on orders(customer_id, created_at).',
    }),
  },
  {
    door: 'blob-drop',
    expected: 'cancelled',
    fault: { route: 'POST /responses', match: { bodyContains: ENDLESS }, durationSeconds: 7_200 },
    envelope: response('takes-too-long', {
      model: 'o3-pro',
      input: ENDLESS,
    }),
  },
];
