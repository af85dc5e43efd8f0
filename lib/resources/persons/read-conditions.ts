import { invalid, notSupported } from '../../core/errors.ts'
import { readJson } from '../../core/input.ts'
import { PERSON_OPERATORS, type PersonCondition } from '../../store/person-conditions.ts'

const MAX_FILTERS = 100
const MAX_VALUES = 1_000

/**
 * Reads the parameter `properties`: a JSON list of person filters. Throws 400 `properties` if it is no such list, 400
 * `properties__<index>…` if a filter cannot be read.
 */
export function readConditions(json: string | undefined): PersonCondition[] {
  if (!json) return []
  const refusal = () => invalid('properties', `This must be a JSON list of ${MAX_FILTERS} filters at most.`)
  const list = readJson('properties', json, refusal)
  if (!Array.isArray(list) || list.length > MAX_FILTERS) throw refusal()
  return list.map((filter, index) => readCondition(`properties__${index}`, filter))
}

function readCondition(at: string, filter: unknown): PersonCondition {
  const { key, value, operator: word = 'exact', type = 'person' } = (filter ?? {}) as Record<string, unknown>
  if (typeof key !== 'string' || type !== 'person') throw invalid(at, 'This is no person filter.')
  const operator = PERSON_OPERATORS.find((known) => known === word)
  if (!operator) throw notSupported(`${at}__operator`, `The operator ${JSON.stringify(word)} on persons`)
  return { key, operator, values: readValues(at, value) }
}

function readValues(at: string, value: unknown): string[] {
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== null && item !== undefined)
  if (values.length > MAX_VALUES || !values.every(isValue))
    throw invalid(`${at}__value`, `This must be a text, a number, a boolean, or a list of ${MAX_VALUES} at most.`)
  return values.map(String)
}

const isValue = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
