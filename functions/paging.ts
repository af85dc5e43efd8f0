import type { Context } from 'hono'
import { MAX_INT } from '../lib/core/ids.ts'
import type { Listed, Page } from '../lib/resources/page.ts'
import type { AppEnv } from './app-env.ts'

/**
 * Reads `limit` and `offset`. A value that is no number means the default; a limit above `maxLimit` means `maxLimit`.
 */
export function readPage(c: Context<AppEnv>, defaultLimit = 100, maxLimit = 1_000): Page {
  const number = (name: string) => {
    const text = c.req.query(name)
    return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
  }
  return {
    limit: Math.min(number('limit') || defaultLimit, maxLimit),
    offset: Math.min(number('offset') ?? 0, MAX_INT),
  }
}

/** The answer of a list, `{count, next, previous, results}`, with absolute links that keep the other parameters. */
export function envelope<T>(c: Context<AppEnv>, page: Page, count: number, results: readonly T[]) {
  return { count, ...pageLinks(c, page, page.offset + page.limit < count), results }
}

/** The absolute links to the next and the previous page; null if there is none. */
export function pageLinks(c: Context<AppEnv>, { limit, offset }: Page, more: boolean) {
  const link = (at: number) => {
    const url = ownUrl(c)
    url.searchParams.set('limit', String(limit))
    if (at > 0) url.searchParams.set('offset', String(at))
    else url.searchParams.delete('offset')
    return url.toString()
  }
  return { next: more ? link(offset + limit) : null, previous: offset > 0 ? link(Math.max(0, offset - limit)) : null }
}

/** The absolute link to the page that the cursor begins; without one, at the next offset. */
export function nextLink(c: Context<AppEnv>, page: Page, cursor: string | null): string | null {
  if (cursor === null) return pageLinks(c, page, true).next
  const url = ownUrl(c)
  url.searchParams.set('limit', String(page.limit))
  url.searchParams.set('cursor', cursor)
  url.searchParams.delete('offset')
  return url.toString()
}

/** The absolute links to the pages around one, by their cursors; without one, the page before it is at the offset before. */
export function placedLinks(
  c: Context<AppEnv>,
  page: Page,
  { next, previous }: { readonly next: string | null; readonly previous: string | null },
) {
  const isPlaced = Boolean(c.req.query('cursor'))
  return {
    next: next === null ? null : nextLink(c, page, next),
    previous: previous !== null ? nextLink(c, page, previous) : isPlaced ? null : pageLinks(c, page, false).previous,
  }
}

/**
 * The URL of the request without a personal API key, since links in answers are logged and shared. A sharing token
 * stays.
 */
function ownUrl(c: Context<AppEnv>): URL {
  const url = new URL(c.req.url)
  url.searchParams.delete('personal_api_key')
  return url
}

/** Reads `page`, counted from 1, and `limit`. A value that is no number means the default. */
export function readNumbered(c: Context<AppEnv>, defaultLimit: number) {
  const { limit } = readPage(c, defaultLimit, 1_000)
  const text = c.req.query('page') ?? ''
  const number = /^\d{1,7}$/.test(text) ? Math.max(Number(text), 1) : 1
  const link = (page: number) => {
    const url = ownUrl(c)
    url.searchParams.set('page', String(page))
    url.searchParams.set('limit', String(limit))
    return url.toString()
  }
  return {
    limit,
    offset: (number - 1) * limit,
    links: (count: number) => ({
      next: number * limit < count ? link(number + 1) : null,
      previous: number > 1 ? link(number - 1) : null,
    }),
  }
}

/** Calls a use case with the requested page of a list and makes the answer of its items and their number. */
export async function listed<Item>(c: Context<AppEnv>, list: (page: Page) => Promise<Listed<Item>>): Promise<object> {
  const page = readPage(c)
  const { items, count } = await list(page)
  return envelope(c, page, count, items)
}
