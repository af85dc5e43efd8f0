/**
 * How much random tests try, by `RANDOM`: unless it is set a few fresh worlds, other ones each time; with `RANDOM=many`
 * (`npm run test:random`) many, always the same. `SEED=n` replays one world, with as many queries as it had or more.
 */
import { randomInt } from 'node:crypto'

export const isMany = process.env.RANDOM === 'many'
export const replayed = process.env.SEED ? Number(process.env.SEED) : null

/** Queries for each world. */
export const QUERIES = isMany || replayed !== null ? 100 : 25

/** Seeds of worlds, between `first` and 999 more: all of `count` if there are many, else two at random. */
export function seeds(first: number, count: number): number[] {
  if (replayed !== null) return replayed >= first && replayed < first + 1_000 ? [replayed] : []
  if (isMany) return Array.from({ length: count }, (_, index) => first + index)
  const some = randomInt(first, first + 999)
  return [some, some + 1]
}

/** All of them if there is much to try, else so many, other ones each time: what fails names them. */
export function someOf<T>(all: readonly T[], count: number): readonly T[] {
  if (isMany) return all
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () => left.splice(randomInt(left.length), 1)).flat()
}
