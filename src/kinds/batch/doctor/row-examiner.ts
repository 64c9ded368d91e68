import { KnownText } from '../rows/json-text.ts';
import type { Span } from '../rows/row-scanner.ts';
import type { FaultList, Finding } from './fault-list.ts';
import { IdCheck } from './id-check.ts';
import type { InputRules } from './input-report.ts';
import { ModelCheck } from './model-check.ts';
import { customIdOf, isObjectAt, isText, type Row } from './row.ts';
import { UrlCheck } from './url-check.ts';

const POST = new KnownText('POST');

type Check = (row: Row, value: Span) => Finding | undefined;

/** Holds the fields of each row against the rules and against the rows before it. */
export class RowExaminer {
  readonly #faults: FaultList;
  readonly #ids = new IdCheck();
  readonly #urls: UrlCheck;
  readonly #models: ModelCheck;
  readonly #checks: readonly [field: 'customId' | 'method' | 'url' | 'body', Check, Finding][];

  constructor(rules: InputRules, faults: FaultList) {
    this.#faults = faults;
    this.#urls = new UrlCheck(rules.urls);
    this.#models = new ModelCheck(rules.deployment, rules.fillDeployment);
    this.#checks = [
      ['customId', (row, id) => this.#ids.find(row, id), missing('custom_id')],
      ['method', methodFinding, missing('method')],
      ['url', (row, url) => this.#urls.find(row, url), missing('url')],
      ['body', bodyFinding, missing('body')],
    ];
  }

  get url(): string | undefined {
    return this.#urls.url;
  }

  get warnings(): string[] {
    return this.#models.warnings;
  }

  examine(row: Row): void {
    for (const [field, find, absent] of this.#checks) {
      const value = row.outline[field];
      this.#add(row, value?.start ?? row.line.start, value ? find(row, value) : absent);
    }
    this.#examineModel(row);
  }

  #examineModel(row: Row): void {
    const { body, model } = row.outline;
    if (!body || !isObjectAt(row, body)) return;
    this.#add(row, model?.start ?? body.start, this.#models.find(row, model));
  }

  #add(row: Row, at: number, finding: Finding | undefined): void {
    if (finding) this.#faults.add(row.line, at, finding, customIdOf(row));
  }
}

function missing(field: string): Finding {
  return refusal(`The row has no ${field}.`);
}

function refusal(problem: string): Finding {
  return {
    code: 'invalid_request',
    problem,
    advice:
      'A row is {"custom_id": "…", "method": "POST", "url": "…", "body": {"model": "…", …}}, on one line.',
  };
}

function methodFinding(row: Row, method: Span): Finding | undefined {
  const { bytes } = row.line;
  if (isText(row, method) && POST.isAt(bytes, method.start, method.end)) return undefined;
  return refusal('The method is not "POST".');
}

function bodyFinding(row: Row, body: Span): Finding | undefined {
  return isObjectAt(row, body) ? undefined : refusal('The body is no object.');
}
