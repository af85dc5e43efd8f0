/** Whatever is wrong with a value, the error says it in words of its own, and what was probably meant. */
import { describe, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import { routes } from '../../functions/routes/index.ts'
import { ApiError } from '../../lib/core/errors.ts'
import { parseCohortFilters } from '../../lib/nodes/cohort.ts'
import { EventsQuery } from '../../lib/nodes/events-query/wire.ts'
import { FunnelsQuery } from '../../lib/nodes/funnels/wire.ts'
import { HogQLQuery } from '../../lib/nodes/hogql/wire.ts'
import { parseQuery, validateQuery } from '../../lib/nodes/index.ts'
import { LifecycleQuery } from '../../lib/nodes/lifecycle/wire.ts'
import { PathsQuery } from '../../lib/nodes/paths/wire.ts'
import { RetentionQuery } from '../../lib/nodes/retention/wire.ts'
import { parseNodePart } from '../../lib/nodes/schema.ts'
import { StickinessQuery } from '../../lib/nodes/stickiness/wire.ts'
import { TrendsQuery } from '../../lib/nodes/trends/wire.ts'
import { parseInput } from '../../lib/resources/fields.ts'
import { checkFilters } from '../../lib/resources/insights/narrowing.ts'

const NODES: Readonly<Record<string, z.ZodMiniType>> = {
  TrendsQuery,
  FunnelsQuery,
  RetentionQuery,
  LifecycleQuery,
  StickinessQuery,
  PathsQuery,
  HogQLQuery,
  EventsQuery,
}

interface Definition {
  readonly innerType?: z.ZodMiniType
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>
  readonly element?: z.ZodMiniType
  readonly options?: readonly z.ZodMiniType[]
  readonly values?: readonly unknown[]
  readonly in?: z.ZodMiniType
}

const WRONG: readonly unknown[] = [
  null,
  true,
  -1.5,
  1e300,
  'x',
  '',
  'x'.repeat(100_000),
  [],
  [[]],
  ['x'],
  {},
  { nobody: 1 },
]
const DEEPEST = 7

/** Values of the schema that are wrong at one place each. */
function* wrongValues(schema: z.ZodMiniType, depth = 0): Generator<unknown> {
  yield* [undefined, ...WRONG]
  if (depth > DEEPEST) return
  const { innerType, shape, element, options = [], in: input } = schema._zod.def as Definition
  for (const inner of [innerType, input, ...options]) if (inner) yield* wrongValues(inner, depth + 1)
  if (element) for (const item of wrongValues(element, depth + 1)) yield [item]
  if (!shape) return
  const literals = Object.entries(shape).flatMap(([key, inner]) => {
    const { values } = inner._zod.def as Definition
    return values?.length === 1 ? [[key, values[0]] as const] : []
  })
  const base = Object.fromEntries(literals)
  yield { ...base, nobody: 1 }
  for (const [key, inner] of Object.entries(shape))
    for (const value of wrongValues(inner, depth + 1)) yield { ...base, [key]: value }
}

const LIBRARY =
  /invalid (input|option|type|union|element|key)|too (big|small)|unrecognized|expected \w+, received|nonoptional/i

/** The texts of all refusals. */
function refusals(values: Iterable<unknown>, parse: (value: unknown) => unknown): Set<string> {
  const texts = new Set<string>()
  for (const value of values) {
    try {
      parse(value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      expect(error.status).toBe(400)
      texts.add(error.detail)
    }
  }
  return texts
}

function expectOwnWords(texts: ReadonlySet<string>) {
  for (const text of texts) {
    expect(text).not.toMatch(LIBRARY)
    expect(text).toMatch(/^\S.*[.?!]$/s)
    expect(text.length).toBeLessThan(1_000)
  }
}

test.each(Object.entries(NODES))('%s', (_, schema) => {
  const texts = refusals(wrongValues(schema), (value) => parseNodePart(schema, value, ['query']))
  expect(texts.size).toBeGreaterThan(20)
  expectOwnWords(texts)
})

test('bodies and parameters of all routes', () => {
  const schemas = new Set(routes.flatMap(({ body, query }) => [body, query].filter((schema) => schema !== undefined)))
  const texts = [...schemas].flatMap((schema) => [
    ...refusals(wrongValues(schema), (value) => parseInput(schema, value)),
  ])
  expect(texts.length).toBeGreaterThan(100)
  expectOwnWords(new Set(texts))
})

const refusal = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return (error as ApiError).detail
  }
  return undefined
}

const SERIES = [{ kind: 'EventsNode', event: 'a' }]
const TREND = { kind: 'TrendsQuery', series: SERIES }

describe('what was probably meant is named', () => {
  test.each<[string, object, string]>([
    [
      'a key',
      { ...TREND, dateRange: { date_form: '-7d' } },
      'query.dateRange.date_form: Extra inputs are not permitted. Did you mean "date_from"?',
    ],
    [
      'a key that is required',
      { kind: 'TrendsQuery', serie: SERIES },
      'query.serie: Extra inputs are not permitted. Did you mean "series"?',
    ],
    ['a key that is there already is not', { ...TREND, series2: 1 }, 'query.series2: Extra inputs are not permitted.'],
    ['a key that is missing', { kind: 'TrendsQuery' }, 'query.series: Field required.'],
    [
      'a kind',
      { ...TREND, kind: 'TrendQuery' },
      'query.kind: Unknown kind of node "TrendQuery". Did you mean "TrendsQuery"? Computed are: TrendsQuery, FunnelsQuery,',
    ],
    [
      'a kind inside of a wrapper',
      { kind: 'InsightVizNode', source: { kind: 'Trends' } },
      'query.source.kind: InsightVizNode cannot hold Trends. It can hold TrendsQuery,',
    ],
    [
      'a kind of series',
      { kind: 'TrendsQuery', series: [{ kind: 'EventNode' }] },
      'query.series.0.kind: Input should be one of "EventsNode", "ActionsNode", "DataWarehouseNode", not "EventNode". Did you mean "EventsNode"?',
    ],
    [
      'a series without a kind',
      { kind: 'TrendsQuery', series: [{ event: 'a' }] },
      'query.series.0.kind: Field required.',
    ],
    ['a word', { ...TREND, interval: 'dya' }, 'not "dya". Did you mean "day"?'],
    ['a type', { ...TREND, series: 'a' }, 'query.series: Input should be a list, not text.'],
    [
      'the types of a union',
      { ...TREND, properties: [{ key: 'a', value: {} }] },
      'query.properties.0.value: Input should be text, a number, true or false or a list, not an object.',
    ],
    [
      'the member of a union',
      { ...TREND, properties: [{ key: 'a', value: ['x', {}] }] },
      'query.properties.0.value.1: Input should be text, a number or true or false, not an object.',
    ],
  ])('%s', (_, query, detail) => {
    expect(refusal(() => validateQuery(query))).toContain(detail)
  })

  test('a kind that is not computed', () => {
    expect(refusal(() => parseQuery({ kind: 'WebOverviewQuery' }))).toMatch(
      /^query.kind: Computing a WebOverviewQuery is not supported yet. Computed are: TrendsQuery, .*\.$/,
    )
  })

  test('a key of a cohort and of filters of a dashboard', () => {
    const values = [{ type: 'person', key: 'email', vlaue: 'x' }]
    expect(refusal(() => parseCohortFilters({ properties: { type: 'AND', values } }))).toBe(
      'filters.properties.values.0.vlaue: Extra inputs are not permitted. Did you mean "value"?',
    )
    expect(refusal(() => checkFilters({ date_form: '-7d' }, 'filters'))).toBe(
      'filters.date_form: Extra inputs are not permitted. Did you mean "date_from"?',
    )
  })
})
