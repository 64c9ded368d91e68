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
  // Work of 1 to 5 minutes: its end is noticed after 15 seconds on average, for which a place stays
  // empty (some 7 % of the time); two jobs at a time make 4 of the 60 calls that a minute allows.
  pace: { firstWait: 30, growth: 1, longestWait: 30 },
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
