/**
 * Constraints of ASP.NET Core routing, which the Functions host uses for its routes: the ones in
 * "Route constraints" of the ASP.NET Core documentation.
 */
type Check = (value: string) => boolean;

const GUID = /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)$/;
const INT_LIMIT = 2n ** 31n;
const LONG_LIMIT = 2n ** 63n;

const MAKERS: Record<string, (...options: string[]) => Check> = {
  int: () => (value) => isInteger(value, INT_LIMIT),
  long: () => (value) => isInteger(value, LONG_LIMIT),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => GUID.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  decimal: () => (value) => DECIMAL.test(value),
  double: () => (value) => value !== '' && Number.isFinite(Number(value)),
  float: () => (value) => value !== '' && Number.isFinite(Number(value)),
  datetime: () => (value) => !Number.isNaN(Date.parse(value)),
  required: () => (value) => value !== '',
  minlength: (least) => (value) => value.length >= Number(least),
  maxlength: (most) => (value) => value.length <= Number(most),
  length:
    (least, most = least) =>
    (value) =>
      value.length >= Number(least) && value.length <= Number(most),
  min: (least) => (value) => isInteger(value, LONG_LIMIT) && BigInt(value) >= BigInt(least ?? 0),
  max: (most) => (value) => isInteger(value, LONG_LIMIT) && BigInt(value) <= BigInt(most ?? 0),
  range: (least, most) => (value) =>
    isInteger(value, LONG_LIMIT) &&
    BigInt(value) >= BigInt(least ?? 0) &&
    BigInt(value) <= BigInt(most ?? 0),
};

function isInteger(value: string, limit: bigint): boolean {
  if (!/^[-+]?\d+$/.test(value)) return false;
  const number = BigInt(value.replace(/^\+/, ''));
  return number >= -limit && number < limit;
}

/**
 * Reads one constraint, for example `int` or `length(2,5)`.
 * @throws when there is no such constraint.
 */
export function parseConstraint(text: string): Check {
  const match = /^(\w+)(?:\((.*)\))?$/.exec(text);
  const name = match?.[1]?.toLowerCase() ?? text;
  const options = match?.[2] ?? '';
  if (name === 'regex') return regexCheck(options);
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (!maker) {
    const known = [...Object.keys(MAKERS), 'regex'].join(', ');
    throw new Error(`the route constraint "${text}" is unknown; known are ${known}`);
  }
  return maker(...options.split(',').filter(Boolean));
}

function regexCheck(pattern: string): Check {
  const expression = new RegExp(pattern, 'i');
  return (value) => expression.test(value);
}
