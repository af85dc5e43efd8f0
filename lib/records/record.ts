/**
 * Records: copies in Redis of the rows that most requests need (keys, projects, insights, links). Postgres has the
 * truth.
 *
 * A record has the version of its row. One script on the leader writes all records (write.ts) and never replaces a
 * version by an older one. The text of a record is `<version> <content>`; the content is JSON or one of the words
 * below.
 */

import { Bounded } from '../core/bounded.ts'

/** How long a record lives. */
export const RECORD_TTL_SECONDS = 300

/** A tombstone: the row does not exist. */
export const GONE = 'gone'
/** A change that may take away a right is under way: readers ask Postgres until it is done. */
export const WITHHELD = 'withheld'
/** The row has changed, and the writer knows only its new version: readers ask Postgres. */
export const OUTDATED = 'outdated'

/** A record as read: the row's value, `gone` if the row does not exist, or undefined if Postgres must be asked. */
export type Recorded<T> = { readonly value: T } | 'gone' | undefined

/** A record to write. */
export interface RecordEntry {
  readonly key: string
  /** Rises with every change of the value. */
  readonly version: number
  /** null: the row does not exist. */
  readonly value: unknown
}

/**
 * Prefixes of keys. The number rises when the shape of the value changes, so that two releases never read each other's
 * records.
 */
export const RECORD_PREFIX = {
  caller: 'key4:',
  project: 'project3:',
  token: 'token3:',
  insight: 'insight5:',
  share: 'share3:',
  viewerSecrets: 'viewers1:',
} as const

export const recordKey = {
  caller: (secureValue: string) => RECORD_PREFIX.caller + secureValue,
  project: (id: number | string) => `${RECORD_PREFIX.project}${id}`,
  /** By the token that events are sent with. */
  token: (token: string) => RECORD_PREFIX.token + token,
  /** `ref` is the id of the insight or its short id. */
  insight: (projectId: number | string, ref: number | string) => `${RECORD_PREFIX.insight}${projectId}:${ref}`,
  /** By the token of a link. */
  share: (token: string) => RECORD_PREFIX.share + token,
  /** The secrets of a project that tokens of viewers are signed with. */
  viewerSecrets: (projectId: number) => `${RECORD_PREFIX.viewerSecrets}${projectId}`,
}

/** Whether a key of Redis is that of a record. */
export const isRecordKey = (key: string): boolean =>
  Object.values(RECORD_PREFIX).some((prefix) => key.startsWith(prefix))

/** Records that were parsed, by their texts; in characters. */
const parsed = new Bounded<Recorded<unknown>>(2 * 1024 * 1024)

/**
 * Parses the text of a record. Returns undefined for no text and for a record that is withheld or outdated. `T` is the
 * type of values under the key of the record. The same text has the same value, so that what is worked out of a value can
 * be kept with it.
 */
export function parseRecord<T = unknown>(text: string | null | undefined): Recorded<T> {
  if (text === null || text === undefined) return undefined
  const known = parsed.get(text) as Recorded<T>
  if (known) return known
  const content = text.slice(text.indexOf(' ') + 1)
  if (content === WITHHELD || content === OUTDATED) return undefined
  if (content === GONE) return 'gone'
  const record = { value: JSON.parse(content) }
  parsed.set(text, record, text.length)
  return record
}

/** The version of the text of a record; a text that is no record has none, and is no older than any. */
export const versionOf = (text: string): number => {
  const version = Number(text.slice(0, text.indexOf(' ')))
  return Number.isNaN(version) ? Number.POSITIVE_INFINITY : version
}

/** The content of a record with this value; null: the row does not exist. */
export const recordContent = (value: unknown): string => (value === null ? GONE : JSON.stringify(value))
