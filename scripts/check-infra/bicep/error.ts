/** Something that the Bicep compiler would not accept. */
export class BicepError extends Error {
  override name = 'BicepError';

  constructor(path: string, line: number, message: string) {
    super(`${path}:${line}: ${message}`);
  }
}
