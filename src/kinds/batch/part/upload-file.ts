import type { KindContext } from '../../kind.ts';
import type { FormFile } from '../../upstream.ts';
import { inputOf } from '../plan.ts';
import { partContent } from '../split/part-content.ts';
import { fileNameOf } from './files.ts';
import type { PartRequest } from './part-request.ts';

/** The part's file, made while it is read. */
export interface UploadFile {
  file: FormFile;
  /** What stopped the reading on our side: not upstream's doing, whatever the call ended with. */
  readonly fault: unknown;
}

export function uploadFileOf({ rows, model }: PartRequest, context: KindContext): UploadFile {
  const input = inputOf(context);
  let fault: unknown;
  const file: FormFile = {
    filename: fileNameOf(context),
    contentType: 'application/jsonl',
    bytes: rows.bytes,
    async *open() {
      try {
        yield* partContent(
          input,
          rows,
          context.options.fillDeployment ? { fillDeployment: model } : {},
        );
      } catch (error) {
        fault = error;
        throw error;
      }
    },
  };
  return {
    file,
    get fault() {
      return fault;
    },
  };
}
