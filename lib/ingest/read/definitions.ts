import type { Json } from '../../core/json.ts'
import type { CapturedEvent } from './events.ts'
import { byteLength } from './text.ts'
import { parseInstant } from './time.ts'

export type PropertyType = 'Numeric' | 'Boolean' | 'DateTime' | 'String' | null

/** What the property is of (1 event, 2 person, 3 group), the group's type, the name, the type. */
export type PropertyDefinition = readonly [1 | 2 | 3, string | null, string, PropertyType]

export interface Definitions {
  readonly events: readonly string[]
  readonly eventProperties: readonly (readonly [event: string, property: string])[]
  readonly properties: readonly PropertyDefinition[]
}

const NAME_BYTES = 200
const NO_PROPERTIES = /^(\$set|\$set_once|\$unset|\$groups|\$group_.*)$/
const ALWAYS_TEXT = /^(utm_|\$initial_utm_|\$feature\/|\$survey_response)|^\$feature_flag_response$/
const NAMES_A_TIME = /time|date|_at$|-at$|createdat|updatedat/i
const LOOKS_LIKE_DATE =
  /^(\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?|\d{2}-\d{2}-\d{4}|\w{3}, \d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2}.*)$/
const HALF_A_YEAR_S = 183 * 86_400

/** How many more names a request may define. */
export interface Allowance {
  events: number
  properties: number
  pairs: number
}

/** How many names one request may define. More are made up by a program: the events are stored, those names are not listed. */
export const ALLOWANCE: Readonly<Allowance> = { events: 1_000, properties: 2_000, pairs: 10_000 }

/**
 * The names that a batch records, and the types it shows (docs/ingestion-and-entities.md (b) Definitions); they are
 * taken off what is left.
 */
export function defineNames(events: readonly CapturedEvent[], now: Date, left: Allowance): Definitions {
  const names = new Set<string>()
  const pairs = new Map<string, readonly [string, string]>()
  const properties = new Map<string, PropertyDefinition>()
  const define = (of: 1 | 2 | 3, groupType: string | null, values: Json, event?: string) => {
    for (const [name, value] of Object.entries(values)) {
      if (NO_PROPERTIES.test(name) || byteLength(name) > NAME_BYTES) continue
      if (event !== undefined && pairs.size < left.pairs) pairs.set(`${event}\u0000${name}`, [event, name])
      const key = `${of}\u0000${groupType ?? ''}\u0000${name}`
      const known = properties.get(key)
      if (known ? known[3] === null : properties.size < left.properties)
        properties.set(key, [of, groupType, name, propertyType(name, value, now)])
    }
  }
  for (const event of events) {
    if (names.size < left.events && byteLength(event.event) <= NAME_BYTES) names.add(event.event)
    if (event.groupIdentify) define(3, event.groupIdentify.type, event.groupIdentify.set)
    if (event.event === '$groupidentify') continue
    define(1, null, event.properties, names.has(event.event) ? event.event : undefined)
    if (event.changesPerson) {
      define(2, null, event.set)
      define(2, null, event.setOnce)
    }
  }
  left.events -= names.size
  left.properties -= properties.size
  left.pairs -= pairs.size
  return { events: [...names], eventProperties: [...pairs.values()], properties: [...properties.values()] }
}

/** The type that one value suggests; null for null, lists and objects, which suggest none. */
export function propertyType(name: string, value: unknown, now: Date): PropertyType {
  if (value === null || value === undefined || typeof value === 'object') return null
  if (ALWAYS_TEXT.test(name)) return 'String'
  if (typeof value === 'boolean') return 'Boolean'
  if (typeof value === 'number') {
    const recent = now.getTime() / 1000 - HALF_A_YEAR_S
    return NAMES_A_TIME.test(name) && value >= recent ? 'DateTime' : 'Numeric'
  }
  const text = String(value)
  if (/^(true|false|TRUE|FALSE)$/.test(text)) return 'Boolean'
  return isDate(text) ? 'DateTime' : 'String'
}

function isDate(text: string): boolean {
  if (!LOOKS_LIKE_DATE.test(text)) return false
  const [, day, month, year] = text.match(/^(\d{2})-(\d{2})-(\d{4})$/) ?? []
  return parseInstant(year ? `${year}-${month}-${day}` : text) !== undefined
}
