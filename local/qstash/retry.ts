import { duration, evaluate } from './expression.ts'
import type { Message } from './message.ts'

const DAY_MS = 86_400_000

/** Stands in for the steps of QStash, which are minutes; `asked` is what the receiver asked for. In milliseconds. */
export type OwnPace = (retried: number, asked: number | null) => number

/** Milliseconds before the next try: the shim's own pace, what the receiver says, what the message says, else QStash's steps. */
export function retryWait(
  { retried, retryDelay }: Message,
  retryAfter: string | undefined,
  now: number,
  ownPace: OwnPace | undefined,
): number {
  const asked = readRetryAfter(retryAfter ?? '', now)
  const wait =
    ownPace?.(retried, asked) ?? asked ?? readExpression(retryDelay, retried) ?? Math.exp(2.5 * (retried + 1)) * 1000
  return Math.min(DAY_MS, Math.max(0, wait))
}

/** Seconds, a duration or an HTTP date; null when it is none. */
function readRetryAfter(text: string, now: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? unlessUnreadable(() => duration(text)) : date - now
}

// what was readable for the first try may be no number for a later one
const readExpression = (text: string | null, retried: number): number | null =>
  text === null ? null : unlessUnreadable(() => evaluate(text, retried))

function unlessUnreadable(read: () => number): number | null {
  try {
    return read()
  } catch {
    return null
  }
}
