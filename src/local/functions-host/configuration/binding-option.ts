import type { Binding } from '../contracts.ts';

/** An option of a binding that is text, when it is given. @throws when it is something else. */
export function optionalText(binding: Binding, option: string): string | undefined {
  const value = binding[option];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`its option "${option}" is ${JSON.stringify(value)}; it must be text.`);
}

/** An option of a binding that must be text. @throws when it is missing or something else. */
export function textOption(binding: Binding, option: string): string {
  const value = optionalText(binding, option);
  if (value !== undefined) return value;
  throw new Error(`it has no "${option}"; a binding of type ${binding.type} needs one.`);
}
