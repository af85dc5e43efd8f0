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

/** One page of a list whose items are not counted. */
export interface Uncounted<Item> {
  readonly items: readonly Item[]
  readonly hasMore: boolean
}

/** Cuts one page out of a whole list. */
export const pageOf = <Item>(all: readonly Item[], { limit, offset }: Page): Listed<Item> => ({
  items: all.slice(offset, offset + limit),
  count: all.length,
})

/**
 * One page from `rows`, of which the caller has read up to `limit + 1`: the extra row means that there is a next page.
 */
export const uncountedPageOf = <Item>(rows: readonly Item[], { limit }: Page): Uncounted<Item> => ({
  items: rows.slice(0, limit),
  hasMore: rows.length > limit,
})
