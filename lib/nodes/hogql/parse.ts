import { notSupported } from '../../core/errors.ts'
import { parseFilter } from '../filter.ts'
import type { HogqlFilters, HogqlNode } from './node.ts'
import type { HogQLQuery } from './wire.ts'

/** A text that does not name the filters is not narrowed by them. */
const NAMES_FILTERS = /\{\s*filters\b/
const NAMES_VARIABLES = /\{\s*variables\b/

/**
 * The HogQLQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `not_supported` naming an
 * option that is not computed, and the errors of `parseFilter`.
 */
export function parseHogql(query: HogQLQuery, path: readonly string[]): HogqlNode {
  if (query.connectionId) throw notSupported([...path, 'connectionId'].join('__'), 'A query of another database')
  if (query.sendRawQuery) throw notSupported([...path, 'sendRawQuery'].join('__'), 'SQL that is not HogQL')
  const text = query.query
  return {
    kind: 'HogQLQuery',
    text: { text, attr: '' },
    filters: NAMES_FILTERS.test(text) ? parseFilters(query.filters, [...path, 'filters']) : null,
    values: namedValues(text, Object.entries(query.values ?? {})),
    variables: NAMES_VARIABLES.test(text) ? parseVariables(query.variables) : [],
    explain: query.explain ?? false,
  }
}

const PLACEHOLDER = /\{\s*([\p{L}_$][\p{L}\p{N}_$]*)/gu

/** The values that the text names, as far as can be seen without parsing it: others change nothing. */
function namedValues(text: string, values: HogqlNode['values']): HogqlNode['values'] {
  const names = new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name))
  const named = values.filter(([name]) => names.has(name))
  const isWhole = [...names].every(
    (name) => name === 'filters' || name === 'variables' || named.some(([n]) => n === name),
  )
  // what was meant instead of a name without a value is found among all of them
  return isWhole ? named : values
}

function parseFilters(filters: HogQLQuery['filters'], path: readonly string[]): HogqlFilters {
  return {
    filter: parseFilter(filters?.properties ?? [], [...path, 'properties']),
    filterTestAccounts: filters?.filterTestAccounts ?? false,
    dateFrom: filters?.dateRange?.date_from || null,
    dateTo: filters?.dateRange?.date_to || null,
    attr: path.join('__'),
  }
}

const parseVariables = (variables: HogQLQuery['variables']): HogqlNode['variables'] =>
  Object.entries(variables ?? {}).map(([id, { variableId, code_name, value, isNull }]) => ({
    id: variableId ?? id,
    codeName: code_name ?? null,
    value,
    isNull: isNull ?? false,
  }))
