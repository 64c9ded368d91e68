import { BicepError } from './bicep/error.ts';
import type { Check } from './check.ts';
import { ALERT_CHECKS } from './checks/alerts.ts';
import { AZD_CHECKS } from './checks/azd.ts';
import { EVENT_GRID_CHECKS } from './checks/event-grid.ts';
import { FUNCTION_APP_CHECKS } from './checks/function-app.ts';
import { HOST_CHECKS } from './checks/host.ts';
import { NAME_CHECKS } from './checks/names.ts';
import { OPENAI_CHECKS } from './checks/openai.ts';
import { PARAMETER_CHECKS } from './checks/parameters.ts';
import { ROLE_CHECKS } from './checks/roles.ts';
import { SECRET_CHECKS } from './checks/secrets.ts';
import { SERVICE_BUS_CHECKS } from './checks/service-bus.ts';
import { SERVICE_HEALTH_CHECKS } from './checks/service-health.ts';
import { SETTING_CHECKS } from './checks/settings.ts';
import { STORAGE_CHECKS } from './checks/storage.ts';
import { TYPE_CHECKS } from './checks/types.ts';
import { readInfrastructure, type Files, type Infrastructure } from './infrastructure.ts';

/** What can be checked without the Bicep compiler. */
export const CHECKS: readonly Check[] = [
  ...NAME_CHECKS,
  ...TYPE_CHECKS,
  ...PARAMETER_CHECKS,
  ...SETTING_CHECKS,
  ...FUNCTION_APP_CHECKS,
  ...ROLE_CHECKS,
  ...SECRET_CHECKS,
  ...STORAGE_CHECKS,
  ...SERVICE_BUS_CHECKS,
  ...OPENAI_CHECKS,
  ...EVENT_GRID_CHECKS,
  ...ALERT_CHECKS,
  ...SERVICE_HEALTH_CHECKS,
  ...AZD_CHECKS,
  ...HOST_CHECKS,
];

/**
 * @param today ISO 8601; models that have retired by then, or soon will, are no defaults.
 * @returns everything that is wrong; what cannot be read is all that is said of it.
 */
export function structuralProblems(files: Files, today: string): string[] {
  const infrastructure = read(files, today);
  if (typeof infrastructure === 'string') return [infrastructure];
  return CHECKS.flatMap((check) => problemsOf(check, infrastructure));
}

/** What a check cannot even look at is wrong as well. */
function problemsOf({ title, problems }: Check, infrastructure: Infrastructure): string[] {
  try {
    return problems(infrastructure);
  } catch (error) {
    return [`${title}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function read(files: Files, today: string): Infrastructure | string {
  try {
    return readInfrastructure(files, today);
  } catch (error) {
    if (error instanceof BicepError || error instanceof SyntaxError) return error.message;
    throw error;
  }
}
