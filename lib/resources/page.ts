/** Selects a page of a list: up to `limit` items after skipping `offset`. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** One page of a list, and the number of items in the whole list. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly count: number
}

/** Cuts one page out of a whole list. */
export const pageOf = <Item>(all: readonly Item[], { limit, offset }: Page): Listed<Item> => ({
  items: all.slice(offset, offset + limit),
  count: all.length,
})
