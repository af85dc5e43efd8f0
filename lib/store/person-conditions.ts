import { type SQL, sql } from 'drizzle-orm'
import { invalid, notSupported } from '../core/errors.ts'
import { readJson } from '../core/input.ts'
import { contains, textList } from './patterns.ts'

type Value = string | number | boolean
type Test = (text: SQL, values: readonly Value[]) => SQL

const MAX_FILTERS = 100
const MAX_VALUES = 1_000

const listed = (values: readonly Value[]): SQL => textList(values.map(String))
/** Any of them, as they are: `%` and `_` are no wildcards. */
const holds = (text: SQL, values: readonly Value[]): SQL =>
  sql`${text} ilike any (array${textList(values.map((value) => contains(String(value))))})`

const TESTS: ReadonlyMap<unknown, Test> = new Map<unknown, Test>([
  ['exact', (text, values) => sql`${text} in ${listed(values)}`],
  ['is_not', (text, values) => sql`coalesce(${text} not in ${listed(values)}, true)`],
  ['icontains', holds],
  ['not_icontains', (text, values) => sql`not coalesce(${holds(text, values)}, false)`],
  ['is_set', (text) => sql`${text} is not null`],
  ['is_not_set', (text) => sql`${text} is null`],
])

/** `properties`: a JSON list of person filters -> SQL conditions. Throws 400 for what is no such list. */
export function personConditions(json: string | undefined): SQL[] {
  if (!json) return []
  const refusal = () => invalid('properties', `This must be a JSON list of ${MAX_FILTERS} filters at most.`)
  const list = readJson('properties', json, refusal)
  if (!Array.isArray(list) || list.length > MAX_FILTERS) throw refusal()
  return list.map((filter, index) => {
    const at = `properties__${index}`
    const { key, value, operator = 'exact', type = 'person' } = (filter ?? {}) as Record<string, unknown>
    if (typeof key !== 'string' || type !== 'person') throw invalid(at, 'This is no person filter.')
    const test = TESTS.get(operator)
    if (!test) throw notSupported(`${at}__operator`, `The operator ${JSON.stringify(operator)} on persons`)
    return test(sql`(p.properties ->> ${key})`, valuesOf(at, value))
  })
}

function valuesOf(at: string, value: unknown): Value[] {
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== null && item !== undefined)
  if (values.length > MAX_VALUES || !values.every(isValue))
    throw invalid(`${at}__value`, `This must be a text, a number, a boolean, or a list of ${MAX_VALUES} at most.`)
  return values
}

const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean'].includes(typeof value)
