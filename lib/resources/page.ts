/** A part of a list: the first `limit` items after the first `offset`. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** A page of a list, and how many items the whole list has. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly count: number
}

/** A page of a list that is not counted. */
export interface Uncounted<Item> {
  readonly items: readonly Item[]
  readonly hasMore: boolean
}

/** The page of a list that was read whole. */
export const pageOf = <Item>(all: readonly Item[], { limit, offset }: Page): Listed<Item> => ({
  items: all.slice(offset, offset + limit),
  count: all.length,
})

/** The page of a list of which one item more than the limit was read. */
export const uncountedPageOf = <Item>(rows: readonly Item[], { limit }: Page): Uncounted<Item> => ({
  items: rows.slice(0, limit),
  hasMore: rows.length > limit,
})
