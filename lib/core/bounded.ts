/** What an isolate remembers under names: above the bound it forgets what was used longest ago. */
export class Bounded<T> {
  readonly #items = new Map<string, { readonly value: T; readonly weight: number }>()
  readonly #most: number
  #weight = 0

  /** `most`: the weights of all items together, in characters or bytes. */
  constructor(most: number) {
    this.#most = most
  }

  get(name: string): T | undefined {
    const item = this.#items.get(name)
    if (!item) return undefined
    // a map has its items in the order in which they came
    this.#items.delete(name)
    this.#items.set(name, item)
    return item.value
  }

  /** An item that is heavier than a quarter of the bound is not kept. */
  set(name: string, value: T, weight: number): void {
    this.delete(name)
    if (weight > this.#most / 4) return
    this.#items.set(name, { value, weight })
    this.#weight += weight
    for (const oldest of this.#items.keys()) {
      if (this.#weight <= this.#most) return
      this.delete(oldest)
    }
  }

  delete(name: string): void {
    this.#weight -= this.#items.get(name)?.weight ?? 0
    this.#items.delete(name)
  }

  entries(): Iterable<[string, T]> {
    return Array.from(this.#items, ([name, { value }]): [string, T] => [name, value])
  }
}
