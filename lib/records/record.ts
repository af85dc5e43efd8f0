/**
 * Copies in Redis of rows that most requests need: keys, projects, insights, links. The truth is in Postgres.
 *
 * A record carries the version of its row, and one script on the leader writes it (write.ts), so that a record never goes
 * back to an older version. The text of a record is `<version> <content>`, and the content is JSON or one of the words
 * below.
 */

/** How long a record lives. */
export const RECORD_TTL_SECONDS = 300

/** The tombstone: the row is gone. */
export const GONE = 'gone'
/** A change that may take a right away is being made: until it is done, Postgres is asked. */
export const WITHHELD = 'withheld'
/** The row has another version by now, which the writer does not know. */
export const OUTDATED = 'outdated'

/** What Redis knows of a row: its value, that it is gone, or nothing. */
export type Recorded<T> = { readonly value: T } | 'gone' | undefined

/** A row as it is recorded. */
export interface RecordEntry {
  readonly key: string
  /** A number that every change of what the record holds makes higher. */
  readonly version: number
  /** null: the row is gone. */
  readonly value: unknown
}

/** Kinds of records. A number moves when the shape does, so that a release does not read what another one wrote. */
export const RECORD_PREFIX = {
  caller: 'key4:',
  project: 'project2:',
  token: 'token2:',
  insight: 'insight3:',
  share: 'share2:',
} as const

export const recordKey = {
  caller: (secureValue: string) => RECORD_PREFIX.caller + secureValue,
  project: (id: number | string) => `${RECORD_PREFIX.project}${id}`,
  /** By the token that events are sent with. */
  token: (token: string) => RECORD_PREFIX.token + token,
  /** By the number of an insight or its short id. */
  insight: (projectId: number | string, ref: number | string) => `${RECORD_PREFIX.insight}${projectId}:${ref}`,
  /** By the token of a link. */
  share: (token: string) => RECORD_PREFIX.share + token,
}

/**
 * The text of a record -> what it says; a record that is withheld or outdated says nothing. The type is the one that is
 * written under the key that the text was read from.
 */
export function parseRecord<T = unknown>(text: string | null | undefined): Recorded<T> {
  const content = text?.slice(text.indexOf(' ') + 1)
  if (content === undefined || content === WITHHELD || content === OUTDATED) return undefined
  return content === GONE ? 'gone' : { value: JSON.parse(content) }
}

/** What a record holds, as text. */
export const recordContent = (value: unknown): string => (value === null ? GONE : JSON.stringify(value))
