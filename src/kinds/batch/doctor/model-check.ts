import { KnownText } from '../rows/json-text.ts';
import type { Span } from '../rows/row-scanner.ts';
import type { Finding } from './fault-list.ts';
import { isText, quotation, type Row } from './row.ts';

/** Every row names the job's deployment, or has it filled in. */
export class ModelCheck {
  readonly #deployment: KnownText;
  readonly #fill: boolean;
  #replaced = 0;
  #firstReplaced = 0;

  constructor(deployment: string, fill: boolean) {
    this.#deployment = new KnownText(deployment);
    this.#fill = fill;
  }

  find(row: Row, model: Span | undefined): Finding | undefined {
    if (!model) return this.#fill ? undefined : this.#mismatch('The body names no model');
    if (isText(row, model) && this.#deployment.isAt(row.line.bytes, model.start, model.end)) {
      return undefined;
    }
    if (this.#fill) return this.#replace(row);
    const found = isText(row, model) ? quotation(row, model) : 'no text';
    return this.#mismatch(`The model is ${found}`);
  }

  /** What was filled in over other names: the file may be meant for another deployment. */
  get warnings(): string[] {
    if (this.#replaced === 0) return [];
    const rows = this.#replaced === 1 ? '1 row names' : `${this.#replaced} rows name`;
    return [
      `${rows} another model than the deployment "${this.#deployment.text}", which was filled in; the first is on line ${this.#firstReplaced}.`,
    ];
  }

  #replace(row: Row): undefined {
    this.#replaced += 1;
    this.#firstReplaced ||= row.line.number;
  }

  #mismatch(found: string): Finding {
    const { text } = this.#deployment;
    return {
      code: 'model_mismatch',
      problem: `${found}; the job's deployment is "${text}".`,
      advice: `Name "${text}" in every row, or hand the file in with the option "fillDeployment".`,
    };
  }
}
