/** Fields that several nodes have. */

export type Json = Readonly<Record<string, unknown>>

function setAt(object: Json, [key = '', ...rest]: readonly string[], value: unknown): Json {
  return { ...object, [key]: rest.length > 0 ? setAt((object[key] ?? {}) as Json, rest, value) : value }
}

/** The node with the fields, which are given by their paths. */
export const having = (node: Json, fields: Json): Json =>
  Object.entries(fields).reduce((rest, [path, value]) => setAt(rest, path.split('.'), value), node)

export interface Field {
  readonly right: readonly unknown[]
  /** undefined: any value is taken. */
  readonly wrong?: unknown
  /** Whether a number, or a name beside it, depends on the field; the cached results of its values are then different. */
  readonly changes: boolean
  /** Taken and stored, and not computed yet. */
  readonly unsupported?: true
  /** Other fields, by their paths, without which this one does nothing. */
  readonly beside?: Json
}

export type Fields = Readonly<Record<string, Field>>

export const FILTER = { key: 'plan', value: 'free', operator: 'exact', type: 'event' }
const display = { right: [1, 'text', [true], { a: null }], changes: false } as const
export const displayed = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, display]))
export const flag: Field = { right: [true], wrong: 'yes', changes: true }
export const group: Field = { right: [0, 4], wrong: 5, changes: true }

export const COMMON: Fields = {
  'dateRange.date_from': { right: ['-30d', '2024-01-01', 'all'], wrong: 5, changes: true },
  'dateRange.date_to': {
    right: ['2024-03-10', '-1d'],
    wrong: [],
    changes: true,
    beside: { 'dateRange.date_from': '2024-01-01' },
  },
  'dateRange.explicitDate': flag,
  filterTestAccounts: flag,
  properties: {
    right: [[FILTER], { type: 'OR', values: [{ type: 'AND', values: [FILTER, { ...FILTER, key: 'x' }] }] }],
    wrong: [{ ...FILTER, operator: 'resembles' }],
    changes: true,
  },
  // every event is read
  samplingFactor: { right: [0.1, 1], wrong: 2, changes: false },
  ...displayed('modifiers', 'response', 'tags', 'version', 'dataColorTheme'),
}

export const INTERVAL: Field = {
  right: ['minute', 'hour', 'week', 'month'],
  wrong: 'fortnight',
  changes: true,
  beside: { 'dateRange.date_from': '-12h' },
}
export const VIEW = { kind: 'EventsNode', event: 'view' }
export const SERIES: Field = {
  right: [
    [{ kind: 'EventsNode', event: null }],
    [{ kind: 'ActionsNode', id: 7 }],
    [{ ...VIEW, properties: [FILTER] }],
    [{ ...VIEW, fixedProperties: [FILTER], custom_name: 'seen' }],
    [VIEW, { kind: 'EventsNode', event: 'buy' }],
  ],
  wrong: [{ ...VIEW, nonsense: 1 }],
  changes: true,
}
const ENTITY: Fields = {
  id: { right: ['paid', 'seen'], wrong: {}, changes: true },
  type: { right: ['actions'], wrong: 'tables', changes: true, beside: { id: '7' } },
  properties: { right: [[FILTER]], wrong: [{ ...FILTER, nonsense: 1 }], changes: true, beside: { id: 'paid' } },
  name: { right: ['Paid'], wrong: 1, changes: false, beside: { id: 'paid' } },
  custom_name: { right: ['Paid'], wrong: 1, changes: false, beside: { id: 'paid' } },
  ...displayed('kind', 'order', 'uuid', 'table_name', 'timestamp_field', 'aggregation_target_field'),
}
export const under = (path: string, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { beside = {}, ...field }]) => [
      `${path}.${name}`,
      { ...field, beside: Object.fromEntries(Object.entries(beside).map(([key, value]) => [`${path}.${key}`, value])) },
    ]),
  )
export const entity = (path: string): Fields =>
  under(
    path,
    Object.fromEntries(
      Object.entries(ENTITY).map(([name, field]) => [
        name,
        { ...field, beside: { ...(name === 'id' ? { type: 'events' } : { id: 'paid' }), ...field.beside } },
      ]),
    ),
  )

export const BREAKDOWN: Fields = under('breakdownFilter', {
  breakdown: { right: ['plan', 7], wrong: {}, changes: true },
  breakdown_type: {
    right: ['person'],
    wrong: 'planet',
    changes: true,
    beside: { breakdown: 'plan' },
  },
  breakdowns: { right: [[{ property: 'plan' }]], wrong: [{ property: 'plan', nonsense: 1 }], changes: true },
  breakdown_limit: { right: [3], wrong: 0, changes: true, beside: { breakdown: 'plan' } },
  breakdown_normalize_url: { ...flag, beside: { breakdown: 'plan' } },
  breakdown_group_type_index: {
    right: [1],
    wrong: 'x',
    changes: true,
    beside: { breakdown: 'plan', breakdown_type: 'group' },
  },
  breakdown_hide_other_aggregation: { ...flag, beside: { breakdown: 'plan' } },
  breakdown_histogram_bin_count: {
    right: [5],
    wrong: 'x',
    changes: true,
    unsupported: true,
    beside: { breakdown: 'plan' },
  },
  breakdown_path_cleaning: { ...flag, unsupported: true, beside: { breakdown: 'plan' } },
})

export const FUNNEL = {
  kind: 'FunnelsQuery',
  series: [VIEW, { kind: 'EventsNode', event: 'buy' }],
}
