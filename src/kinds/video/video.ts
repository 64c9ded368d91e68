import type { Kind } from '../kind.ts';
import { check } from './check.ts';
import { collect } from './collect.ts';
import { cancel, cleanUp } from './ending.ts';
import { examine } from './examine.ts';
import { find } from './find.ts';
import { redact } from './secrets.ts';
import { poll } from './status.ts';
import { submit } from './submit.ts';

/** Videos by either of the two APIs of Sora (Azure OpenAI documentation: video generation). */
export const video: Kind = {
  name: 'video',
  defaultDeadline: 'PT6H',
  // Work of 1 to 5 minutes: its end is noticed after 10 seconds on average, and two jobs at a time
  // make 8 of the 60 calls that a minute allows.
  pace: { firstWait: 15, growth: 1.2, longestWait: 20 },
  input: 'attachment',
  keepsUpstream: false,
  check,
  redact,
  // Places and calls are what limits videos; tokens are not counted.
  demand: () => ({}),
  examine,
  submit,
  find,
  poll,
  collect,
  cancel,
  cleanUp,
};
