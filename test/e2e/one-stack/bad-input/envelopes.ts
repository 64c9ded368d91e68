/** What is wrong with an envelope, and how it is told. */
export interface BadEnvelope {
  name: string;
  envelope: unknown;
  code: string;
  /** Where the problem points. */
  pointers: string[];
}

/** Deployments of their own, by which upstream would know them. */
const MODELS = {
  writes: 'gpt-5.1-bad-input',
  reasons: 'o3-pro-bad-input',
  films: 'sora-2-bad-input',
};
export const DEPLOYMENTS: ReadonlySet<string> = new Set(Object.values(MODELS));

export const REQUEST = { model: MODELS.writes, input: 'Why?' };

const ENVELOPES: BadEnvelope[] = [
  { name: 'a list', envelope: [], code: 'invalid-envelope', pointers: [''] },
  { name: 'a number', envelope: 42, code: 'invalid-envelope', pointers: [''] },
  { name: 'nothing in it', envelope: {}, code: 'invalid-envelope', pointers: ['/kind'] },
  {
    name: 'a kind that nobody knows',
    envelope: { kind: 'poem', request: REQUEST },
    code: 'unknown-kind',
    pointers: ['/kind'],
  },
  {
    name: 'a kind that is still to come',
    envelope: { kind: 'fine-tuning', request: REQUEST },
    code: 'kind-not-supported',
    pointers: ['/kind'],
  },
  {
    name: 'neither request nor input',
    envelope: { kind: 'response' },
    code: 'invalid-envelope',
    pointers: ['/request'],
  },
  {
    name: 'fields that nobody knows',
    envelope: { kind: 'response', request: REQUEST, priority: 'high', options: { retries: 3 } },
    code: 'invalid-envelope',
    pointers: ['/options/retries', '/priority'],
  },
  {
    name: 'fields of the wrong type',
    envelope: { kind: 'response', request: 'Why?', labels: ['a'] },
    code: 'invalid-envelope',
    pointers: ['/labels', '/request'],
  },
  {
    name: 'an id that leads elsewhere',
    envelope: { id: '../state/job', kind: 'response', request: REQUEST },
    code: 'invalid-envelope',
    pointers: ['/id'],
  },
  {
    name: 'an id that is too long',
    envelope: { id: 'i'.repeat(65), kind: 'response', request: REQUEST },
    code: 'invalid-envelope',
    pointers: ['/id'],
  },
  {
    name: 'a deadline that is no duration',
    envelope: { kind: 'response', request: REQUEST, options: { deadline: 'tomorrow' } },
    code: 'invalid-envelope',
    pointers: ['/options/deadline'],
  },
  {
    name: 'a deadline beyond what upstream keeps',
    envelope: { kind: 'response', request: REQUEST, options: { deadline: 'P31D' } },
    code: 'invalid-envelope',
    pointers: ['/options/deadline'],
  },
  {
    name: 'more labels than ten',
    envelope: {
      kind: 'response',
      request: REQUEST,
      labels: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`label-${n}`, 'x'])),
    },
    code: 'invalid-envelope',
    pointers: ['/labels'],
  },
  {
    name: 'a label value that is too long',
    envelope: { kind: 'response', request: REQUEST, labels: { team: 'x'.repeat(129) } },
    code: 'invalid-envelope',
    pointers: ['/labels/team'],
  },
  {
    name: 'an input that is no blob',
    envelope: { kind: 'response', input: 'Why?' },
    code: 'invalid-envelope',
    pointers: ['/input'],
  },
  {
    name: 'an input beside a request',
    envelope: { kind: 'response', request: REQUEST, input: { blob: 'inbox/requests/why.json' } },
    code: 'invalid-envelope',
    pointers: ['/input/blob'],
  },
  ...[
    'inbox/../state/secret.json',
    'inbox/requests/../../state/secret.json',
    'inbox/requests/%2e%2e/secret.json',
    'inbox//secret.json',
    'state/secret.json',
    '/etc/passwd',
    'https://elsewhere.example/secret.json',
  ].map((blob) => ({
    name: `the input blob ${blob}`,
    envelope: { kind: 'response', input: { blob } },
    code: 'invalid-envelope',
    pointers: ['/input/blob'],
  })),
  {
    name: 'an input blob that is not there',
    envelope: { kind: 'response', input: { blob: 'inbox/requests/nowhere.json' } },
    code: 'input-not-found',
    pointers: ['/input/blob'],
  },
];

const REQUESTS: BadEnvelope[] = [
  { name: 'no model', request: { input: 'Why?' }, pointers: ['/request/model'] },
  { name: 'no input', request: { model: MODELS.writes }, pointers: ['/request/input'] },
  {
    name: 'fields out of their range',
    request: { ...REQUEST, max_output_tokens: 0, metadata: { team: 1 } },
    pointers: ['/request/max_output_tokens', '/request/metadata/team'],
  },
  {
    name: 'work that is not for the background',
    request: { ...REQUEST, background: false },
    pointers: ['/request/background'],
  },
  {
    name: 'what a reasoning model does not take',
    request: { ...REQUEST, model: MODELS.reasons, temperature: 1 },
    pointers: ['/request/temperature'],
  },
  {
    name: 'a model that answers nothing',
    request: { ...REQUEST, model: MODELS.films },
    pointers: ['/request/model'],
  },
  {
    name: 'an MCP server whose calls somebody would have to approve',
    request: {
      ...REQUEST,
      tools: [
        {
          type: 'mcp',
          server_label: 'wiki',
          server_url: 'https://wiki.example/mcp',
          require_approval: 'always',
        },
      ],
    },
    pointers: ['/request/tools/0/require_approval'],
  },
  {
    name: 'images without a deployment that draws them',
    request: { ...REQUEST, tools: [{ type: 'image_generation' }] },
    pointers: ['/options/imageGenerationDeployment'],
  },
].map(({ name, request, pointers }) => ({
  name: `a request with ${name}`,
  envelope: { kind: 'response', request },
  code: 'invalid-request',
  pointers,
}));

export const BAD_ENVELOPES = [...ENVELOPES, ...REQUESTS];
