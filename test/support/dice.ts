import { Random } from '../../local/demo/random.ts'

/** What random texts are made with. Its functions need no `this`. */
export class Dice {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  readonly chance = (share: number): boolean => this.#random.chance(share)
  /** Both ends included. */
  readonly between = (from: number, to: number): number => this.#random.between(from, to + 1)
  readonly pick = <const T>(values: readonly T[]): T => values[this.#random.between(0, values.length)] as T
  readonly many = <T>(least: number, most: number, make: () => T): T[] =>
    Array.from({ length: this.between(least, Math.max(least, most)) }, make)
}
