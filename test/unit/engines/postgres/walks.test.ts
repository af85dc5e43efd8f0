/** Where the walks of a funnel stand in a query, and what becomes of them in Postgres. */
import { expect, test } from 'vitest'
import { lowerPostgres } from '../../../../lib/engines/postgres/lower.ts'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import { printPostgres } from '../../../../lib/engines/postgres/print.ts'
import { expandWalks } from '../../../../lib/engines/postgres/walks.ts'
import { column, common, compare, sameColumns, table, value } from '../../../../lib/tree/build.ts'
import type { Select, Walks } from '../../../../lib/tree/relation.ts'
import { walkColumns, walksTable } from '../../../../lib/tree/walk-columns.ts'
import { ENGINE_CONTEXT } from '../../../golden/world.ts'

const step = (name: string) => ({
  test: compare(column('events', 'event'), '=', value(name, 'text')),
  event: name,
  isOptional: false,
  first: null,
})
const WALKS: Walks = {
  kind: 'walks',
  alias: 'walk',
  actor: column('events', 'person_id'),
  from: '2024-03-30T00:00:00Z',
  to: '2024-04-02T00:00:00Z',
  filter: value(true, 'boolean'),
  steps: ['seen', 'paid'].map(step),
  exclusions: [],
  order: 'ordered',
  windowSeconds: 60,
  breakdown: null,
  entries: null,
}
const FEW_LATER = { ...ENGINE_CONTEXT, eventCounts: new Map([['seen', 1_000]]) }
const reached = (from: Select['from'], alias: string, more: Partial<Select> = {}): Select => ({
  kind: 'select',
  ...more,
  columns: [{ expr: column(alias, 'reached'), as: 'reached' }],
  from,
})
const tableNames = (select: { readonly with?: readonly { readonly name: string }[] }) =>
  select.with?.map(({ name }) => name)
const printed = (select: Select, context = ENGINE_CONTEXT) => printPostgres(lowerPostgres(select, context)).text

test('a common table of walks becomes the tables that compute them', () => {
  const select = reached(common('walks'), 'walks', { with: [walksTable('walks', WALKS)] })
  expect(tableNames(expandWalks(select, ENGINE_CONTEXT))).toEqual(['matched', 'actors', 'walks'])
  expect(tableNames(expandWalks(select, FEW_LATER))).toEqual([
    'entered',
    'step_2',
    'busy',
    'probed',
    'level_2',
    'best',
    'walks',
  ])
})

test('walks that something else is asked of become a subquery', () => {
  const query = reached(WALKS, 'walk', { where: compare(column('walk', 'reached'), '>', value(1, 'int')) })
  const select = reached(common('deep'), 'deep', { with: [{ name: 'deep', query }] })
  expect(tableNames(expandWalks(select, ENGINE_CONTEXT))).toEqual(['deep'])
  expect(printed(select)).toMatch(/^with "deep" as materialized \(select .* from \(with "matched" as materialized \(/)
})

test('two walks in one query keep their tables apart', () => {
  const select = reached(common('a'), 'a', { with: [walksTable('a', WALKS), walksTable('b', WALKS)] })
  expect(tableNames(expandWalks(select, ENGINE_CONTEXT))).toEqual(['matched', 'actors', 'a', 'b'])
  expect(printed(select).match(/"matched" as materialized/g)).toHaveLength(2)
})

test('every mention of events in walks is guarded by the project', () => {
  const trend: Walks = { ...WALKS, entries: { starts: [WALKS.from], goal: 1, entry: 0 } }
  const cases: readonly (readonly [Walks, LowerContext])[] = [
    [WALKS, ENGINE_CONTEXT],
    ...[WALKS, trend, { ...WALKS, order: 'strict' as const }, { ...WALKS, order: 'unordered' as const }].map(
      (walks) => [walks, FEW_LATER] as const,
    ),
  ]
  for (const [walks, context] of cases) {
    const text = printed(reached(walks, 'walk'), context)
    const mentions = text.match(/from "events"/g) ?? []
    expect(mentions.length).toBeGreaterThan(0)
    expect(text.match(/from "events" ((left )?join .*? on .*? )?where \("events"\."project" = /g)).toHaveLength(
      mentions.length,
    )
  }
})

test('walks have the columns of what they are asked for', () => {
  expect(walkColumns(WALKS)).toEqual(['actor', 'reached', 'times'])
  const breakdown = { parts: [value('', 'text')], attribution: 'first_touch', step: 0, skipsEmpty: true } as const
  const steps = WALKS.steps.map((one) => ({ ...one, isOptional: true }))
  expect(walkColumns({ ...WALKS, breakdown, steps, entries: { starts: [WALKS.from], goal: 1, entry: 0 } })).toEqual([
    'actor',
    'value',
    'reached',
    'done',
    'bucket',
  ])
})

test('pairs of properties are rows of a function of the database', () => {
  const select: Select = {
    kind: 'select',
    columns: sameColumns('pair', ['key', 'value']),
    from: table('events'),
    joins: [
      {
        source: { kind: 'propertyPairs', of: column('events', 'properties'), alias: 'pair' },
        on: value(true, 'boolean'),
      },
    ],
  }
  expect(printed(select)).toContain('join lateral "json_texts"("events"."properties") as "pair" on')
})
