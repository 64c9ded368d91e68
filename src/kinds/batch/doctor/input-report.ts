import type { InputLimits } from '../rows/limits.ts';
import type { PartPlan } from '../split/part-plan.ts';

/** What the rows of an input are held against. */
export interface InputRules {
  /** The deployment that every row must name in `body.model`. */
  deployment: string;
  /** Set the deployment in every row, whatever it names, instead of refusing other names. */
  fillDeployment: boolean;
  /** The paths that rows may name, such as `/v1/responses`. */
  urls: readonly string[];
  limits: InputLimits;
}

/** Upstream's own codes where it has one, so that its documents help too; ours for the rest. */
export type FaultCode =
  | 'invalid_json_line'
  | 'invalid_request'
  | 'duplicate_custom_id'
  | 'url_mismatch'
  | 'model_mismatch'
  | 'empty_file'
  | 'too_many_tasks'
  | 'token_limit_exceeded'
  | 'byte_order_mark'
  | 'invalid_utf8'
  | 'duplicate_key'
  | 'line_too_long';

/** One thing that is wrong with the input. */
export interface InputFault {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units as editors count; for a line that is too long, in bytes. */
  column: number;
  code: FaultCode;
  /** At most 100 characters. */
  customId?: string;
  /** What is wrong, without the row's content. */
  problem: string;
  /** How to mend it. */
  advice: string;
}

/** `outputs/{id}/input-report.json`. */
export interface InputReport {
  /** Lines that were looked at. */
  lines: number;
  bytes: number;
  /** Of all faults, also those that are not listed. */
  faultCount: number;
  /** The first thousand, in the order of the file. */
  faults: InputFault[];
  /** Faults beyond the listed ones. */
  furtherFaults: number;
}

export type InputExamination =
  | {
      verdict: 'fit';
      rows: number;
      /** Bytes to be uploaded, over all parts. */
      bytes: number;
      /** Estimated, over all parts. */
      tokens: number;
      /** The one that all rows name. */
      url: string;
      parts: PartPlan[];
      warnings: string[];
    }
  | { verdict: 'unfit'; report: InputReport };
