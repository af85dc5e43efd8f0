import type { PropertyType } from './context.ts'

/** Properties that a session has of its own. */
const TYPES: ReadonlyMap<string, PropertyType> = new Map(
  Object.entries({
    $session_duration: 'Numeric',
    $pageview_count: 'Numeric',
    $autocapture_count: 'Numeric',
    $screen_count: 'Numeric',
    $start_timestamp: 'DateTime',
    $end_timestamp: 'DateTime',
    $entry_current_url: 'String',
    $entry_pathname: 'String',
    $entry_hostname: 'String',
    $end_current_url: 'String',
    $end_pathname: 'String',
    $end_hostname: 'String',
    $exit_current_url: 'String',
    $exit_pathname: 'String',
    $exit_hostname: 'String',
  } as const),
)

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
  TYPES.get(key) ?? (entryProperty(key) ? 'String' : undefined)
