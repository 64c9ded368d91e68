import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseCors, type Cors } from './cors.ts';

const localSettings = z.looseObject({
  IsEncrypted: z.boolean().default(false),
  Values: z.record(z.string(), z.coerce.string()).default({}),
  Host: z
    .looseObject({
      LocalHttpPort: z.coerce.number().int().optional(),
      CORS: z.string().optional(),
      CORSCredentials: z.boolean().default(false),
    })
    .prefault({}),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** The app's settings: `local.settings.json` under the environment, which wins as with `func start`. */
export class Settings {
  readonly #values: Environment;
  /** The port that `local.settings.json` asks for. */
  readonly port: number | undefined;
  readonly cors: Cors | undefined;

  constructor(values: Environment, { port, cors }: { port?: number; cors?: Cors } = {}) {
    this.#values = values;
    this.port = port;
    this.cors = cors;
  }

  /**
   * @throws when `local.settings.json` is not JSON, has a value that is neither text nor a number, or
   *   is encrypted.
   */
  static read(directory: string, environment: Environment): Settings {
    const file = path.join(directory, 'local.settings.json');
    const parsed = localSettings.safeParse(readJson(file));
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    if (parsed.data.IsEncrypted) {
      throw new Error(`${file} is encrypted; decrypt it with "func settings decrypt".`);
    }
    const { LocalHttpPort: port, CORS: origins, CORSCredentials } = parsed.data.Host;
    return new Settings(
      { ...parsed.data.Values, ...environment },
      {
        ...(port === undefined ? {} : { port }),
        ...(origins === undefined ? {} : { cors: parseCors(origins, CORSCredentials) }),
      },
    );
  }

  get(name: string): string | undefined {
    return this.#values[name];
  }

  /** All of them, for the environment of the worker processes. */
  all(): Record<string, string | undefined> {
    return { ...this.#values };
  }

  /** Whether the setting `AzureWebJobs.<function>.Disabled` (or with `_` for `.`) takes a function out. */
  isDisabled(functionName: string): boolean {
    const value =
      this.get(`AzureWebJobs.${functionName}.Disabled`) ??
      this.get(`AzureWebJobs_${functionName}_Disabled`);
    return value !== undefined && /^(true|1)$/i.test(value);
  }

  /**
   * Replaces each `%NAME%` by the setting of that name.
   * @throws when there is no such setting.
   */
  expand(text: string): string {
    return text.replace(/%([^%]+)%/g, (expression, name: string) => {
      const value = this.get(name);
      if (value === undefined) {
        throw new Error(
          `${expression} names a setting that does not exist; add "${name}" to local.settings.json or the environment.`,
        );
      }
      return value;
    });
  }

  /**
   * The connection string that a binding's `connection` names: the setting `X`, or `AzureWebJobsX`.
   * @param connection as written in the binding; without one, storage uses `AzureWebJobsStorage`.
   * @throws when neither setting exists.
   */
  connectionString(connection = 'Storage'): string {
    const name = this.expand(connection);
    const value = this.get(name) || this.get(`AzureWebJobs${name}`);
    if (!value) {
      throw new Error(
        `The connection "${name}" needs a connection string in the setting "${name}" or "AzureWebJobs${name}".`,
      );
    }
    return value;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
}
