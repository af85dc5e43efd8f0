/** Throws an `Error`, which a client sees as a 500, if what cannot be is so after all. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
