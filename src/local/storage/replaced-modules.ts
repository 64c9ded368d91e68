/**
 * What is replaced under Azurite in Node's cache of modules. A bundle must leave these out: what is in
 * it does not come from that cache.
 */
export const REPLACED_MODULES = [
  'applicationinsights',
  'express',
  'lokijs',
  'uri-templates',
] as const;

export type ReplacedModule = (typeof REPLACED_MODULES)[number];
