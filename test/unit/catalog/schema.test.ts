import { expect, test } from 'vitest'
import { schemaOf, sourceSchema } from '../../../lib/catalog/schema.ts'
import { alwaysTrue, call, column, common, compare, table, value } from '../../../lib/tree/build.ts'
import type { Select, Walks } from '../../../lib/tree/relation.ts'

const columns = (query: Select) => Object.fromEntries(schemaOf(query))
const select = (from: Select['from'], exprs: Record<string, Select['columns'][number]['expr']>): Select => ({
  kind: 'select',
  columns: Object.entries(exprs).map(([as, expr]) => ({ expr, as })),
  from,
})
const people = select(table('events', 'e'), {
  actor: column('e', 'person_id'),
  first: call('min', column('e', 'timestamp')),
})

test('columns of tables of the catalog under their alias, and what is made of them', () => {
  const query = select(table('events', 'e'), {
    name: column('e', 'event'),
    who: column('e', 'person_id'),
    plan: { kind: 'property', table: 'e', of: 'event', key: 'plan', type: 'float' },
    n: call('countAll'),
    day: call('startOf', value('day', 'text'), column('e', 'timestamp'), value('UTC', 'text')),
    isNew: compare(column('e', 'timestamp'), '>', value('2020-01-01T00:00:00Z', 'instant')),
    either: { kind: 'if', condition: alwaysTrue, whenTrue: value(null, 'text'), whenFalse: value(1, 'int') },
  })
  expect(columns(query)).toEqual({
    name: 'text',
    who: 'id person',
    plan: 'float',
    n: 'int',
    day: 'instant',
    isNew: 'boolean',
    either: 'int',
  })
})

test('columns of common tables, subqueries, unions and buckets', () => {
  const read = { actor: column('x', 'actor'), first: column('x', 'first') }
  const expected = { actor: 'id person', first: 'instant' }
  expect(columns({ ...select(common('people', 'x'), read), with: [{ name: 'people', query: people }] })).toEqual(
    expected,
  )
  expect(columns(select({ kind: 'query', query: people, alias: 'x' }, read))).toEqual(expected)
  expect(columns(select({ kind: 'union', queries: [people, people], alias: 'x' }, read))).toEqual(expected)
  const buckets = {
    kind: 'buckets',
    alias: 'x',
    bounds: [],
    overlapping: false,
    interval: 'day',
    weekStartDay: 0,
    timezone: 'UTC',
    each: people,
  } as const
  expect(columns(select(buckets, { ...read, bucket: column('x', 'bucket') }))).toEqual({ ...expected, bucket: 'int' })
})

test('columns of walks: the actor is what it is, the others follow from what is asked', () => {
  const walks: Walks = {
    kind: 'walks',
    alias: 'w',
    actor: column('events', '$group_1'),
    from: '2020-01-01T00:00:00Z',
    to: '2020-02-01T00:00:00Z',
    filter: alwaysTrue,
    steps: [{ test: alwaysTrue, event: null, isOptional: true, first: null }],
    exclusions: [],
    order: 'ordered',
    windowSeconds: 60,
    breakdown: { parts: [value('x', 'text')], attribution: 'step', step: 0, skipsEmpty: false },
    entries: { starts: [], goal: 0, entry: null },
  }
  expect(Object.fromEntries(sourceSchema(walks))).toEqual({
    actor: 'id group_1',
    value: 'text',
    reached: 'int',
    done: 'int',
    bucket: 'int',
  })
})

test('a column that a source does not have, and a table outside the catalog, are no part of any query', () => {
  expect(() => schemaOf(select(table('events'), { x: column('events', 'secure_value') }))).toThrow('has no column')
  expect(() => schemaOf(select(table('personal_api_keys'), {}))).toThrow('no table of the catalog')
})
