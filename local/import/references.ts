/** Ids of actions, cohorts and variables inside of queries, filters and definitions. Pure. */
import { isObject } from '../../lib/core/json.ts'
import type { Collection } from './state.ts'

/** The id in the destination; undefined for what was not taken. */
export type NewId = (collection: Collection, id: unknown) => number | string | undefined

/** A definition names something that was not taken: its number would mean something else in the destination. */
export class MissingReference extends Error {
  override readonly name = 'MissingReference'
}

const COHORT_TYPES = ['cohort', 'static-cohort', 'precalculated-cohort']
/** HogQL names cohorts and actions by their number, inside of a text. */
const NAMED_BY_NUMBER = /\b(?:cohort\s+\d+|matchesAction\(\s*\d+)/i

/** The same JSON with the ids of the destination. Throws `MissingReference`. */
export function withNewIds<T>(json: T, newId: NewId): T {
  const required = (collection: Collection, id: unknown): unknown => {
    const found = newId(collection, id)
    if (found === undefined) throw new MissingReference(`it uses ${nameOf(collection)} ${id}, which was not taken`)
    // an id that was a text stays one
    return typeof id === 'string' ? String(found) : found
  }
  const each = (collection: Collection, ids: unknown): unknown =>
    Array.isArray(ids) ? ids.map((id) => each(collection, id)) : isId(ids) ? required(collection, ids) : ids

  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return refuseNumbers(value)
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    const walked = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
    return { ...walked, ...replaced(value) }
  }

  const replaced = (value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const { kind, type, breakdown_type: breakdownType } = value
    const changes: Record<string, unknown> = {}
    if (isActionNode(kind, type) && isId(value.id)) changes.id = required('actions', value.id)
    if (type === 'behavioral' && value.event_type === 'actions' && isId(value.key))
      changes.key = required('actions', value.key)
    if (COHORT_TYPES.includes(String(type))) {
      if ('value' in value) changes.value = each('cohorts', value.value)
      if (isId(value.property)) changes.property = required('cohorts', value.property)
      if (isObject(value.cohort) || 'cohort_name' in value) changes.cohort_name = undefined
    }
    if (breakdownType === 'cohort') changes.breakdown = each('cohorts', value.breakdown)
    if (isObject(value.variables)) changes.variables = variables(value.variables)
    return changes
  }

  /** `{id: {variableId: id, …}}` of a query or a dashboard. */
  const variables = (value: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(value).map(([id, item]) => {
        const found = required('insight_variables', id)
        return [found, isObject(item) ? { ...item, variableId: found } : item]
      }),
    )

  return walk(json) as T
}

const isActionNode = (kind: unknown, type: unknown) =>
  kind === 'ActionsNode' || kind === 'FunnelExclusionActionsNode' || type === 'actions'

/** Cohorts may be asked for as `all`. */
const isId = (value: unknown): value is number | string =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))

const nameOf = (collection: Collection) => collection.slice(0, -1).replace('insight_', '')

function refuseNumbers(text: string): string {
  if (!NAMED_BY_NUMBER.test(text)) return text
  throw new MissingReference('its HogQL names a cohort or an action by number; name it by its name and import again')
}
