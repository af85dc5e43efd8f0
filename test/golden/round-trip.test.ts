/**
 * The text of every golden query, read by our own parser, is the same query: it has the same text, and the same rows in a
 * small world, and columns of the types that its schema says. A bucket or a day that nothing happened in is a row of 0 in the one and no row in the other.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schemaOf } from '../../lib/catalog/schema.ts'
import { printHogql } from '../../lib/engines/hogql/print.ts'
import { lowerPostgres } from '../../lib/engines/postgres/lower.ts'
import { printPostgres } from '../../lib/engines/postgres/print.ts'
import { bindQuery } from '../../lib/hogql/bind-query.ts'
import { parseQuery as parseText } from '../../lib/hogql/parse/queries.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { propertyTypesOf } from '../../lib/plan/filter.ts'
import type { Select } from '../../lib/tree/relation.ts'
import { ACTORS, LISTS } from './cases/actors.ts'
import { COHORT_CONTEXT, COHORTS, cohortQuery } from './cases/cohorts.ts'
import { FUNNELS } from './cases/funnels.ts'
import { LIFECYCLE } from './cases/lifecycle.ts'
import { PATHS } from './cases/paths.ts'
import { RETENTION } from './cases/retention.ts'
import { STICKINESS } from './cases/stickiness.ts'
import { TRENDS } from './cases/trends.ts'
import { openSmallWorld, type SmallWorld } from './small-world.ts'
import { CONTEXT, ENGINE_CONTEXT, PROJECT, queries } from './world.ts'

const ENGINE = { ...ENGINE_CONTEXT, slots: new Map() }
let world: SmallWorld

beforeAll(async () => {
  world = await openSmallWorld()
}, 60_000)
afterAll(() => world.close())

type Types = ReturnType<typeof propertyTypesOf>
const TYPES = propertyTypesOf(CONTEXT)

/** The query that a text says. */
const read = (text: string, propertyType: Types): Select =>
  bindQuery(parseText(text, 'query'), {
    timezone: PROJECT.timezone,
    weekStartDay: PROJECT.weekStartDay,
    now: '2024-03-15T12:00:00Z',
    attr: 'query',
    propertyType,
    instant: (date, zone) => (zone === 'UTC' ? `${date.replace(' ', 'T')}${date.includes('.') ? '' : '.000'}Z` : null),
  }).query

/** The types of Postgres that hold a type of a schema. */
const HELD_IN: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  float: ['double precision', 'numeric', 'bigint', 'integer'],
  int: ['integer', 'bigint'],
  boolean: ['boolean'],
  instant: ['timestamp with time zone'],
  texts: ['text[]'],
  numbers: ['double precision[]'],
  ids: ['integer[]'],
  json: ['json', 'jsonb'],
  properties: ['jsonb'],
}

/** The columns that the schema names are those of the rows, and the database has them in its types. */
async function expectSchema(query: Select): Promise<void> {
  const { text, params } = printPostgres(lowerPostgres(query, ENGINE))
  const schema = schemaOf(query)
  const names = [...schema.keys()]
  const typesOf = names.map((name) => `pg_typeof(q."${name}")::text as "${name}"`).join(', ')
  const [held] = await world.rows({ text: `select ${typesOf} from (${text}) q limit 1`, params })
  if (!held) return
  expect(Object.keys(held)).toEqual(names)
  for (const [name, type] of schema)
    expect(type.startsWith('id ') ? ['integer', 'uuid'] : HELD_IN[type], `${name} is ${type}`).toContain(held[name])
}

async function expectSame(query: Select, types: Types): Promise<void> {
  await expectSchema(query)
  const text = printHogql(query, types)
  const again = read(text, types)
  expect(printHogql(again, types)).toBe(text)
  const [rows, others] = [await rowsOf(query), await rowsOf(again)]
  expect(others, text).toEqual(rows)
}

async function rowsOf(query: Select): Promise<string[]> {
  const rows = await world.rows(printPostgres(lowerPostgres(query, ENGINE)))
  return rows.flatMap((row) => (isEmptyBucket(row) ? [] : [JSON.stringify(row, rounded)])).sort()
}

const isEmptyBucket = ({ bucket, value }: Readonly<Record<string, unknown>>) =>
  bucket !== undefined && Number(value) === 0
/** Sums of seconds differ in their last digits. */
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)

describe('trends', () => {
  test.each(Object.entries(TRENDS))('%s', async (_, source) => {
    for (const query of queries(parseQuery({ kind: 'TrendsQuery', ...source }))) await expectSame(query, TYPES)
  })
})
describe('funnels', () => {
  test.each(Object.entries(FUNNELS))('%s', async (_, source) => {
    for (const query of queries(parseQuery(source))) await expectSame(query, TYPES)
  })
})
describe('lifecycle', () => {
  test.each(Object.entries(LIFECYCLE))('%s', async (_, source) => {
    for (const query of queries(parseQuery(source))) await expectSame(query, TYPES)
  })
})

describe('stickiness', () => {
  test.each(Object.entries(STICKINESS))('%s', async (_, source) => {
    for (const query of queries(parseQuery(source))) await expectSame(query, TYPES)
  })
})
describe('paths', () => {
  test.each(Object.entries(PATHS))('%s', async (_, source) => {
    for (const query of queries(parseQuery(source))) await expectSame(query, TYPES)
  })
})
describe('retention', () => {
  test.each(Object.entries(RETENTION))('%s', async (_, source) => {
    for (const query of queries(parseQuery(source))) await expectSame(query, TYPES)
  })
})
describe('actors', () => {
  test.each(Object.entries(ACTORS))('%s', async (_, source) => {
    for (const query of queries(parseQuery({ kind: 'ActorsQuery', ...source }))) await expectSame(query, TYPES)
  })
})
describe('lists', () => {
  test.each(Object.entries(LISTS))('%s', async (_, node) => {
    for (const query of queries(node)) await expectSame(query, TYPES)
  })
})
describe('cohorts', () => {
  test.each(Object.entries(COHORTS))('%s', async (_, leaf) => {
    await expectSame(cohortQuery(leaf), propertyTypesOf(COHORT_CONTEXT))
  })
})
