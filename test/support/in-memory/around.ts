/**
 * Stands around every operation on the world: it may delay it, fail it, lose its answer or never
 * answer. `perform` does the operation, all of it or (when it is not called) none of it.
 *
 * @param operation port and operation, for example `index.insert`.
 */
export type Around = <T>(operation: string, perform: () => T | Promise<T>) => Promise<T>;

export const plainly: Around = async (_operation, perform) => perform();
