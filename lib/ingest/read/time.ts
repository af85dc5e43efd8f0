import { DateTime } from 'luxon'

const FUTURE_MS = 23 * 3_600_000
const YEAR_2021 = Date.UTC(2021, 0, 1)
/** Characters of the longest format, with room. */
const LONGEST = 100
const EPOCH = new Date(0)

const FORMATS = ['yyyy-MM-dd H:mm:ss', 'yyyy-MM-dd H:mm', 'M/d/yyyy H:mm:ss', 'M/d/yyyy H:mm', 'M/d/yyyy']

/** A time in any format that clients send -> an instant, in UTC unless the time names a zone; undefined if it cannot be read. */
export function parseInstant(value: unknown): Date | undefined {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  if (trimmed === '' || trimmed.length > LONGEST) return undefined
  const text = dashes(trimmed)
  if (/^-?\d+(\.\d+)?$/.test(text) && !/^\d{4}$|^\d{8}$/.test(text)) return fromEpoch(Number(text))
  // without a year, Luxon would read a time of today
  if (/^[-+]?\d{4}/.test(text)) {
    const iso = text
      .replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, '$1T')
      .replace(/ +(UTC|GMT)$/i, 'Z')
      .replace(/ +(?=[-+]\d{2}(:?\d{2})?$|Z$)/i, '')
    const parsed = DateTime.fromISO(iso, { zone: 'utc' })
    if (parsed.isValid) return parsed.toJSDate()
  }
  const rfc = DateTime.fromRFC2822(text, { zone: 'utc' })
  if (rfc.isValid) return rfc.toJSDate()
  for (const format of FORMATS) {
    const parsed = DateTime.fromFormat(text, format, { zone: 'utc', locale: 'en-US' })
    if (parsed.isValid) return parsed.toJSDate()
  }
  return undefined
}

/** `2024/3/1` -> `2024-03-01` */
const dashes = (text: string) =>
  text.replace(
    /^(\d{4})\/(\d{1,2})\/(\d{1,2})(?!\d)/,
    (_, year, month, day) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
  )

/** A number is seconds if that gives a year up to 5138, else milliseconds. */
function fromEpoch(value: number): Date | undefined {
  const date = new Date(Math.abs(value) < 1e11 ? value * 1000 : value)
  return Number.isNaN(date.getTime()) ? undefined : date
}

export interface EventClock {
  readonly timestamp?: unknown
  /** Milliseconds before receipt; beats `timestamp`. */
  readonly offset?: unknown
  readonly sentAt: Date | null
  readonly now: Date
  readonly ignoreSentAt: boolean
}

/** When an event happened (docs/ingestion-and-entities.md (a) Time). Never throws. */
export function eventTime({ timestamp, offset, sentAt, now, ignoreSentAt }: EventClock): Date {
  const time = claimedTime(timestamp, offset, ignoreSentAt ? null : sentAt, now)
  if (Number.isNaN(time.getTime())) return now
  const year = time.getUTCFullYear()
  if (year < 0 || year > 9999) return EPOCH
  return time.getTime() - now.getTime() > FUTURE_MS ? now : time
}

function claimedTime(timestamp: unknown, offset: unknown, sentAt: Date | null, now: Date): Date {
  if (typeof offset === 'number' && Number.isInteger(offset)) return new Date(now.getTime() - offset)
  const claimed = timestamp === undefined || timestamp === null ? undefined : parseInstant(timestamp)
  if (!claimed) return now
  return sentAt ? new Date(claimed.getTime() - (sentAt.getTime() - now.getTime())) : claimed
}

/** When the request was sent: `sent_at` of a batch, else the query parameter `_` in milliseconds. */
export function sentTime(sentAt: unknown, underscore: string | null): Date | null {
  const fromBody = sentAt === undefined || sentAt === null ? undefined : parseInstant(sentAt)
  if (fromBody) return fromBody
  const milliseconds = Number(underscore ?? Number.NaN)
  return milliseconds >= YEAR_2021 && milliseconds < 8.64e15 ? new Date(milliseconds) : null
}
