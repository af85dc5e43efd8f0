/** Throws an `Error`, which a client sees as a 500, if what cannot be is so after all. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** Throws an `Error` for a case that cannot be. */
export function unreachable(message: string): never {
  throw new Error(message)
}
