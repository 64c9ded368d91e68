import type { RowOutline } from './row-scanner.ts';

/** Sets the deployment in a row, and leaves every other byte of it as it is. */
export class RowDeployment {
  readonly #name: Buffer;

  constructor(name: string) {
    this.#name = Buffer.from(JSON.stringify(name));
  }

  /** The bytes that the row grows by; negative when it shrinks. */
  growth(bytes: Buffer, { model, body }: RowOutline): number {
    if (model) return this.#name.length - (model.end - model.start);
    return body ? this.#member(bytes, body.start).length : 0;
  }

  /** The row from `start` to `end`, which may lie beyond its line break. */
  set(bytes: Buffer, start: number, end: number, { model, body }: RowOutline): Buffer[] {
    if (model) {
      return [bytes.subarray(start, model.start), this.#name, bytes.subarray(model.end, end)];
    }
    if (!body) return [bytes.subarray(start, end)];
    const inside = body.start + 1;
    const member = this.#member(bytes, body.start);
    return [bytes.subarray(start, inside), member, bytes.subarray(inside, end)];
  }

  /** `"model":"…"` as the first member of a body. */
  #member(bytes: Buffer, open: number): Buffer {
    const comma = isEmptyObject(bytes, open) ? '' : ',';
    return Buffer.from(`"model":${this.#name.toString()}${comma}`);
  }
}

function isEmptyObject(bytes: Buffer, open: number): boolean {
  let at = open + 1;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return bytes[at] === 0x7d;
}
