/** Which pages of other origins may call the app: `Host.CORS` of `local.settings.json`. */
export interface Cors {
  /** `*` for all. */
  origins: readonly string[];
  /** `Host.CORSCredentials`. */
  credentials: boolean;
}

/** @param text origins between commas. */
export function parseCors(text: string, credentials: boolean): Cors {
  return { origins: text.split(',').map((origin) => origin.trim()), credentials };
}
