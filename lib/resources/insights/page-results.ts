/** Cached results for a page of insights, within the memory of an isolate. */

import { ApiError, resultTooLarge } from '../../core/errors.ts'
import { entryKey, unpackEntry, unpackedBytes } from '../../refresh/entry.ts'
import type { Lookup } from '../../refresh/lookup.ts'
import type { PreparedQuery } from '../../refresh/prepare.ts'
import { parseStatus, statusKey } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'

/** The unpacked size that all results of one page may have together; an isolate holds several copies of each. */
const PAGE_BYTES = 8 * 1024 * 1024
const tooLarge = () =>
  resultTooLarge('The results of this page have more than 8 MB together: ask for this insight by itself.')

/**
 * Looks up the cached result and the run status of each query of a page. The answer has an item for each of `prepared`:
 * its look-up, a 400 `result_too_large` if the result does not fit into the page, undefined if there is no query; it is
 * empty if Redis is away.
 *
 * The first call reads of each result only the first 8 MB divided by the number of results, which is all of most
 * results; a second call reads those that are larger and still fit.
 */
export async function readPage(
  services: Services,
  projectId: number,
  prepared: readonly (PreparedQuery | ApiError | undefined)[],
): Promise<(Lookup | ApiError | undefined)[]> {
  const keyOf = (query: PreparedQuery | ApiError | undefined) => (query && 'key' in query ? query.key : undefined)
  const keys = [...new Set(prepared.map(keyOf))].filter((key) => key !== undefined)
  if (keys.length === 0) return []
  const results = await readResults(
    services,
    keys.map((key) => entryKey(projectId, key)),
    keys.map((key) => statusKey(projectId, key)),
  ).catch(() => undefined)
  if (!results) return []
  const lookups = new Map<string, Lookup | ApiError>()
  for (const [index, key] of keys.entries()) {
    const { text, status } = results[index] ?? { text: null, status: null }
    lookups.set(
      key,
      text instanceof ApiError
        ? text
        : {
            entry: await unpackEntry(text),
            status: parseStatus(status, services.now()),
            lock: 'not asked for',
            from: 'cache',
          },
    )
  }
  return prepared.map((query) => lookups.get(keyOf(query) ?? ''))
}

interface StoredResult {
  readonly text: string | ApiError | null
  readonly status: string | null
}

/** Reads the texts of results and of statuses, in the order of the keys. Throws the errors of Redis. */
async function readResults({ redis }: Services, entries: string[], statuses: string[]): Promise<StoredResult[]> {
  const share = Math.floor(PAGE_BYTES / entries.length)
  const first = redis.pipeline()
  first.mget(...statuses)
  for (const key of entries) first.strlen(key).getrange(key, 0, share - 1)
  const [status, ...read] = await first.exec<[(string | null)[], ...(number | string)[]]>()
  let left = PAGE_BYTES
  const parts = entries.map((key, index) => {
    const bytes = Number(read[2 * index])
    const start = String(read[2 * index + 1])
    const unpacked = unpackedBytes(start, bytes)
    const fits = unpacked <= left
    if (fits) left -= unpacked
    return { key, start, fits, isWhole: bytes <= share }
  })
  const large = parts.filter(({ fits, isWhole }) => fits && !isWhole).map(({ key }) => key)
  const whole = large.length > 0 ? await redis.mget<(string | null)[]>(...large) : []
  return parts.map(({ key, start, fits, isWhole }, index) => ({
    text: !fits ? tooLarge() : isWhole ? start : (whole[large.indexOf(key)] ?? null),
    status: status[index] ?? null,
  }))
}
