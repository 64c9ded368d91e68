import {
  isObjectValue,
  Runtime,
  textOf,
  type Lambda,
  type ObjectValue,
  type Value,
} from './values.ts';

/** What functions can know of the file that calls them. */
export interface Place {
  /** The resource group or subscription of the deployment. */
  scope: string;
  readText: (path: string) => string;
}

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';

export function groupId(name: string): string {
  return `${SUBSCRIPTION}/resourceGroups/${name}`;
}

/** Stands for the 13 characters that Azure derives from its arguments. */
const UNIQUE = 'abcdefghijklm';

type Implementation = (args: Value[], place: Place) => Value;

/**
 * The functions of Bicep that this infrastructure uses; `check` says of any other that it is
 * unknown, so that one is added here with its first use.
 */
const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  empty: ([value]) => isEmpty(value),
  toLower: ([value]) => textOf(value).toLowerCase(),
  string: ([value]) => textOf(value),
  split: ([text, separator]) => textOf(text).split(textOf(separator)),
  union: (args) => Object.assign({}, ...args.filter(isObjectValue)) as ObjectValue,
  toObject: ([list, key, value]) =>
    Object.fromEntries(
      (list as Value[]).map((item) => [textOf((key as Lambda)(item)), (value as Lambda)(item)]),
    ),
  uniqueString: () => UNIQUE,
  guid: (args) => `guid(${args.map(textOf).join(', ')})`,
  subscription: () => ({ id: SUBSCRIPTION }),
  tenant: () => ({ tenantId: new Runtime('tenant id') }),
  // With a name it is a scope, without one the group of this deployment.
  resourceGroup: ([name], { scope }) => ({
    id: name === undefined ? scope : groupId(textOf(name)),
  }),
  subscriptionResourceId: ([type, name]) =>
    `${SUBSCRIPTION}/providers/${textOf(type)}/${textOf(name)}`,
  loadTextContent: ([path], { readText }) => readText(textOf(path)),
};

export function callFunction(name: string, args: Value[], place: Place): Value {
  const implementation = FUNCTIONS[name];
  if (!implementation) throw new Error(`the function ${name} is unknown`);
  const depends = args.find((arg) => arg instanceof Runtime);
  return depends && name !== 'guid'
    ? new Runtime(`${name}(${depends.text})`)
    : implementation(args, place);
}

function isEmpty(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObjectValue(value) ? Object.keys(value).length === 0 : value === '' || value === null;
}
