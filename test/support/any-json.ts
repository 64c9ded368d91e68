import * as fc from 'fast-check';

/**
 * Any JSON, objects among it whose members hide those of every object: `String` and `Number` throw on
 * `{ "toString": 1 }`.
 */
export function anyJson(): fc.Arbitrary<unknown> {
  const names = fc.constantFrom('toString', 'valueOf', 'constructor', 'length');
  const hiding = fc.dictionary(names, fc.jsonValue({ maxDepth: 1 }), { minKeys: 1 });
  return fc.oneof(
    { weight: 7, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: hiding },
    { weight: 1, arbitrary: fc.array(hiding) },
  );
}
