import { type SQL, sql } from 'drizzle-orm'
import { invalid, notSupported } from '../core/errors.ts'

type Test = (text: SQL, value: unknown) => SQL

const values = (value: unknown): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify((Array.isArray(value) ? value : [value]).map(String))}::jsonb))`
const contains = (value: unknown) => `%${String(value)}%`

const TESTS: Readonly<Record<string, Test>> = {
  exact: (text, value) => sql`${text} in ${values(value)}`,
  is_not: (text, value) => sql`coalesce(${text} not in ${values(value)}, true)`,
  icontains: (text, value) => sql`${text} ilike ${contains(value)}`,
  not_icontains: (text, value) => sql`coalesce(${text} not ilike ${contains(value)}, true)`,
  is_set: (text) => sql`${text} is not null`,
  is_not_set: (text) => sql`${text} is null`,
}

/** `properties`: a JSON list of person filters -> SQL conditions. Throws 400 for what is no such list. */
export function personConditions(json: string | undefined): SQL[] {
  if (!json) return []
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    throw invalid('properties', 'This must be a JSON list of filters.')
  }
  if (!Array.isArray(list)) throw invalid('properties', 'This must be a JSON list of filters.')
  return list.map((filter, index) => {
    const { key, value, operator = 'exact', type = 'person' } = (filter ?? {}) as Record<string, unknown>
    if (typeof key !== 'string' || type !== 'person') throw invalid(`properties__${index}`, 'This is no person filter.')
    const test = Object.hasOwn(TESTS, String(operator)) ? TESTS[String(operator)] : undefined
    if (!test) throw notSupported(`properties__${index}__operator`, `The operator "${operator}" on persons`)
    return test(sql`(p.properties ->> ${key})`, value)
  })
}
