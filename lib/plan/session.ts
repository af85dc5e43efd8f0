import type { PropertyType } from './context.ts'

interface SessionProperty {
  readonly type: PropertyType
  readonly column: string
}

/** Properties that a session has of its own, and the column of the engine's sessions that holds them. */
const PROPERTIES: Readonly<Record<string, SessionProperty>> = {
  $session_duration: { type: 'Numeric', column: 'duration' },
  $pageview_count: { type: 'Numeric', column: 'pageviews' },
  $autocapture_count: { type: 'Numeric', column: 'autocaptures' },
  $screen_count: { type: 'Numeric', column: 'screens' },
  $start_timestamp: { type: 'DateTime', column: 'start_at' },
  $end_timestamp: { type: 'DateTime', column: 'end_at' },
  $entry_current_url: { type: 'String', column: 'entry_url' },
  $entry_pathname: { type: 'String', column: 'entry_path' },
  $entry_hostname: { type: 'String', column: 'entry_host' },
  $end_current_url: { type: 'String', column: 'end_url' },
  $end_pathname: { type: 'String', column: 'end_path' },
  $end_hostname: { type: 'String', column: 'end_host' },
  $exit_current_url: { type: 'String', column: 'end_url' },
  $exit_pathname: { type: 'String', column: 'end_path' },
  $exit_hostname: { type: 'String', column: 'end_host' },
}
export const SESSION_PROPERTIES: ReadonlyMap<string, SessionProperty> = new Map(Object.entries(PROPERTIES))

/** `$entry_utm_source` and the like: a property of the session's first event; its key there. */
export const entryProperty = (key: string): string | null =>
  /^\$entry_(utm_\w+|gclid|gad_source|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|twclid|li_fat_id|mc_cid|igshid|ttclid)$/.test(
    key,
  )
    ? key.replace('$entry_', '')
    : key === '$entry_referring_domain'
      ? '$referring_domain'
      : null

/** The type that comparisons of a session property use; undefined when sessions have no such property. */
export const sessionPropertyType = (key: string): PropertyType | undefined =>
  SESSION_PROPERTIES.get(key)?.type ?? (entryProperty(key) ? 'String' : undefined)
