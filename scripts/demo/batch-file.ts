import type { DemoJob } from './jobs.ts';

const DEPLOYMENT = 'gpt-5.1-batch';

const PRODUCTS = [
  'folding bicycle',
  'coffee grinder',
  'rain jacket',
  'desk lamp',
  'garden hose',
  'travel kettle',
  'climbing rope',
  'radio clock',
  'hiking boots',
  'sewing machine',
  'tent',
  'water filter',
];

const MESSAGES = [
  'It came two weeks late and the box was open. Who pays for that?',
  'My neighbour has had hers for ten years, so I bought one, too. No regrets!',
  'Which size do I need if I am between two?',
  'It stopped working after the first rain. I want my money back.',
  'Can it be repaired, or do I have to buy a new one?',
  'The instructions are in a language that nobody here reads.',
  'Thank you for the quick exchange, that was more than I expected.',
  'I ordered one and got three, and was charged for three.',
  'Does the guarantee hold if I bought it abroad?',
  'The colour has nothing to do with the picture in the shop.',
  'Works as promised. The old one can finally retire.',
  'A screw is missing, and the hotline plays music.',
  'Is there a smaller one for children?',
  'It is louder than the one before, but much faster.',
  'Please cancel my order of yesterday, I found mine again.',
  'The handle broke off while I was carrying it home.',
  'What is it made of? I am allergic to nickel.',
  'Best thing I bought this year, my sister wants one.',
  'Your courier left it in the rain, in front of the wrong house.',
  'How do I clean it without scratching it?',
];

const INSTRUCTIONS =
  'Classify the message of a customer: complaint, question, praise or order. Answer with the word alone.';

/** Rows of a batch for `/v1/responses`: messages to a shop. */
const ROWS = PRODUCTS.flatMap((product) =>
  MESSAGES.map((message) => `About the ${product}. ${message}`),
).map((input, index) => ({
  custom_id: `message-${String(index + 1).padStart(3, '0')}`,
  method: 'POST',
  url: '/v1/responses',
  body: { model: DEPLOYMENT, instructions: INSTRUCTIONS, input },
}));

export const BATCH_ROWS = ROWS.length;

/** A file of rows, dropped as it is. A few rows fail, some of them in ways that a retry can help. */
export const BATCH: DemoJob = {
  door: 'blob-drop',
  expected: 'succeeded',
  batchFile: {
    path: `batch/${DEPLOYMENT}/messages.jsonl`,
    content: ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''),
  },
  fault: {
    route: 'POST /batches',
    failures: {
      customIds: ['message-007', 'message-061', 'message-128', 'message-199', 'message-230'],
      kinds: [
        { status: 429, code: 'rate_limit_exceeded' },
        { status: 500, code: 'server_error' },
        { status: 400, code: 'content_filter' },
      ],
    },
  },
};
