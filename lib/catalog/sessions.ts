import type { SqlType } from '../tree/types.ts'
import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

/** Properties that a session has of its own: they follow from its events. */
const PROPERTIES = {
  $session_duration: 'float',
  $pageview_count: 'float',
  $autocapture_count: 'float',
  $screen_count: 'float',
  $start_timestamp: 'instant',
  $end_timestamp: 'instant',
  $entry_current_url: 'text',
  $entry_pathname: 'text',
  $entry_hostname: 'text',
  $end_current_url: 'text',
  $end_pathname: 'text',
  $end_hostname: 'text',
  $exit_current_url: 'text',
  $exit_pathname: 'text',
  $exit_hostname: 'text',
} as const satisfies Readonly<Record<string, SqlType>>

export type SessionProperty = keyof typeof PROPERTIES

export const SESSIONS: CatalogTable = {
  name: 'sessions',
  columns: columnTypes({ id: 'id session', ...PROPERTIES }),
  key: ['id'],
  joins: lazyJoins({}),
}

/** `$entry_utm_source` and the like are properties of the session's first event: the key there, or null. */
export const entryProperty = (key: string): string | null =>
  /^\$entry_(utm_\w+|gclid|gad_source|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|twclid|li_fat_id|mc_cid|igshid|ttclid)$/.test(
    key,
  )
    ? key.replace('$entry_', '')
    : key === '$entry_referring_domain'
      ? '$referring_domain'
      : null

const TYPES: ReadonlyMap<string, SqlType> = new Map(Object.entries(PROPERTIES))

/** The type of a property of sessions; undefined if sessions have no such property. */
export const sessionPropertyType = (key: string): SqlType | undefined =>
  TYPES.get(key) ?? (entryProperty(key) ? 'text' : undefined)
