import type { SqlType } from '../tree/types.ts'
import { catalogued } from './table.ts'

/** Properties of a session's first event that the session has, by their names there. */
const ENTRY: ReadonlyMap<string, string> = new Map([
  ['$entry_referring_domain', '$referring_domain'],
  ['$entry_referrer', '$referrer'],
  ...['source', 'medium', 'campaign', 'content', 'term'].map((name) => [`$entry_utm_${name}`, `utm_${name}`] as const),
  ...[
    'gclid',
    'gad_source',
    'gclsrc',
    'dclid',
    'gbraid',
    'wbraid',
    'fbclid',
    'msclkid',
    'twclid',
    'li_fat_id',
    'mc_cid',
    'igshid',
    'ttclid',
    '_kx',
    'irclid',
  ].map((name) => [`$entry_${name}`, name] as const),
])

/** Properties that a session has of its own: they follow from its events. */
const PROPERTIES = {
  $start_timestamp: 'instant',
  $end_timestamp: 'instant',
  $session_duration: 'float',
  $pageview_count: 'float',
  $autocapture_count: 'float',
  $screen_count: 'float',
  $is_bounce: 'boolean',
  $channel_type: 'text',
  $num_uniq_urls: 'float',
  $entry_current_url: 'text',
  $entry_pathname: 'text',
  $entry_hostname: 'text',
  $end_current_url: 'text',
  $end_pathname: 'text',
  $end_hostname: 'text',
  $exit_current_url: 'text',
  $exit_pathname: 'text',
  $exit_hostname: 'text',
  $last_external_click_url: 'text',
  $vitals_lcp: 'float',
  duration: 'float',
} as const satisfies Readonly<Record<string, SqlType>>

export type SessionProperty = keyof typeof PROPERTIES

const TEXTS = Object.entries(PROPERTIES)
  .filter(([, type]) => type === 'text')
  .map(([name]) => name)

export const SESSIONS = catalogued({
  name: 'sessions',
  columns: {
    session_id: 'id session',
    id: 'id session',
    team_id: 'int',
    distinct_id: 'text',
    $urls: 'texts',
    ...PROPERTIES,
    ...Object.fromEntries([...ENTRY.keys()].map((name) => [name, 'text'] as const)),
  },
  hidden: ['id', 'team_id', 'duration', '$exit_current_url', '$exit_pathname', '$exit_hostname'],
  nullable: ['$is_bounce', '$vitals_lcp', ...TEXTS.filter((name) => name !== '$channel_type'), ...ENTRY.keys()],
  key: ['id'],
})

/** The key, among the properties of the session's first event, of a property of sessions that is one of those; else null. */
export const entryProperty = (key: string): string | null => ENTRY.get(key) ?? null

const TYPES: ReadonlyMap<string, SqlType> = new Map(Object.entries(PROPERTIES))

/** The type of a property of sessions; undefined if sessions have no such property. */
export const sessionPropertyType = (key: string): SqlType | undefined =>
  TYPES.get(key) ?? (ENTRY.has(key) ? 'text' : undefined)
