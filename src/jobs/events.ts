import type { KindName } from './envelope.ts';
import type { Status } from './status.ts';

/** The steps of a job that are announced; the event's type is `longhaul.job.{step}`. */
export const STEPS = [
  'queued',
  'started',
  'action-required',
  'outputs-at-risk',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'rejected',
] as const;
export type Step = (typeof STEPS)[number];

/** What is announced beside jobs: what Azure says of the models and the service that they run on. */
export type ServiceEventType = 'longhaul.model.retirement-announced' | 'longhaul.service.incident';

/**
 * A CloudEvents 1.0 event in structured JSON. `sequence` is the extension of that name: a string
 * that sorts in order (https://github.com/cloudevents/spec, extensions/sequence.md).
 */
export interface JobEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: `longhaul.job.${Step}` | ServiceEventType;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  sequence: string;
  data: Record<string, unknown>;
}

/** What a subscription's filter can look at, repeated as application properties of the message. */
export interface EventProperties {
  type: string;
  kind?: KindName;
  status?: Status;
  labels: Record<string, string>;
}

/** Where events say they come from. */
export const EVENT_SOURCE = 'urn:longhaul';

/** Digits of `sequence`, so that its order as text is its order as a number. */
const SEQUENCE_DIGITS = 10;

export interface EventFacts {
  /** A job's id, or where a rejected envelope came from. */
  subject: string;
  /** What the id begins with, where the subject may be too long for it; else the subject. */
  key?: string;
  step: Step;
  sequence: number;
  /** ISO 8601. */
  time: string;
  data: Record<string, unknown>;
}

/**
 * The event of one step. Its id follows from subject, sequence and step, so that a repeat is the
 * same event; it becomes the Service Bus MessageId, which is limited to 128 characters.
 */
export function jobEvent({ subject, key, step, sequence, time, data }: EventFacts): JobEvent {
  return {
    specversion: '1.0',
    id: `${key ?? subject}.${sequence}.${step}`,
    source: EVENT_SOURCE,
    type: `longhaul.job.${step}`,
    subject,
    time,
    datacontenttype: 'application/json',
    sequence: sequenceText(sequence),
    data,
  };
}

export interface ServiceEventFacts {
  /** At most 128 characters: the Service Bus MessageId. The same facts must give the same id. */
  id: string;
  type: ServiceEventType;
  /** `account/deployment`, or where a notice came from. */
  subject: string;
  sequence: number;
  /** ISO 8601. */
  time: string;
  data: Record<string, unknown>;
}

/** An event that is no job's. */
export function serviceEvent(facts: ServiceEventFacts): JobEvent {
  const { id, type, subject, sequence, time, data } = facts;
  return {
    specversion: '1.0',
    id,
    source: EVENT_SOURCE,
    type,
    subject,
    time,
    datacontenttype: 'application/json',
    sequence: sequenceText(sequence),
    data,
  };
}

function sequenceText(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}
