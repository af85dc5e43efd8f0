/**
 * Random queries that name each table in each place: no row outside of the project, nor of a row policy, has a part in what they
 * give. They give the same when those rows are deleted or others.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import type { RowPolicy } from '../../../../lib/plan/row-policy.ts'
import { call, column, common, compare, property, sameColumns, table, value } from '../../../../lib/tree/build.ts'
import type { Expr } from '../../../../lib/tree/expr.ts'
import type { CommonTable, Join, Select, Source } from '../../../../lib/tree/relation.ts'
import { Random } from '../../../../local/demo/random.ts'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

const QUERIES = 120
const OPTIONS = { timeoutMs: 20_000 }
let database: TestEngine

/** Persons, groups and events called `seen` and `hidden` of project 1, and `foreign`, with the same ids but for the project. */
const DATA = [
  `insert into persons (id, project, uuid, properties, created_at, has_profile) values
     (1, 1, '00000000-0000-4000-8000-000000000001', '{"name": "seen"}', '2024-01-01', true),
     (2, 1, '00000000-0000-4000-8000-000000000002', '{"name": "hidden"}', '2024-01-01', true),
     (3, 2, '00000000-0000-4000-8000-000000000001', '{"name": "foreign"}', '2024-01-01', true)`,
  `insert into groups (id, project, group_type_index, group_key, properties, created_at) overriding system value values
     (1, 1, 0, 'seen', '{"name": "seen"}', '2024-01-01'), (2, 1, 0, 'hidden', '{"name": "hidden"}', '2024-01-01'),
     (3, 2, 0, 'seen', '{"name": "foreign"}', '2024-01-01')`,
  `insert into distinct_ids (id, project, distinct_id, person) overriding system value values
     (1, 1, 'seen', 1), (2, 1, 'hidden', 2), (3, 2, 'foreign', 3)`,
  'insert into cohort_people (project, cohort, person) values (1, 1, 1), (1, 1, 2), (2, 1, 3), (2, 1, 1)',
  `insert into dictionary (id, project, key, value) overriding system value values
     (1, 1, '$event', 'seen'), (2, 1, '$event', 'hidden'), (3, 2, '$event', 'foreign'),
     (4, 1, '$session', 'seen'), (5, 2, '$session', 'foreign')`,
  `insert into events (ts, project, person, distinct_id, session, group_0, event, uuid, properties)
     select '2024-01-02', project, person, id, session, person, event, gen_random_uuid(), jsonb_build_object('name', name)
       from (values (1, 1, 1, 4, 1, 'seen'), (1, 2, 2, 4, 2, 'hidden'), (2, 3, 3, 5, 3, 'foreign'), (1, 2, 1, null, 1, 'seen'),
                    (2, 1, 1, 4, 1, 'foreign')) as e(project, person, id, session, event, name)`,
]
const FOREIGN = ['events', 'persons', 'groups', 'distinct_ids', 'cohort_people', 'dictionary'].map(
  (name) => `delete from ${name} where project = 2`,
)
/** The ids of hidden persons and groups stand in events, too. */
const HIDDEN = [
  'delete from events where event = 2',
  `update persons set properties = '{"name": "other"}' where id = 2`,
  `update groups set properties = '{"name": "other"}' where id = 2`,
]

const CONTEXT: LowerContext = {
  projectId: 1,
  timezone: 'UTC',
  slots: new Map(),
  eventCounts: new Map(),
  hasPersonBacklog: false,
}
const named = (read: Expr): Expr => compare(read, '=', value('seen', 'text'))
const POLICY: RowPolicy = {
  events: named(column('events', 'event')),
  persons: named(property('person', 'name', 'text', 'persons')),
  groups: { group_0: named(property('group_0', 'name', 'text', 'groups')) },
}

/** Texts that the rows of each table have. */
const TEXTS: Readonly<Record<string, readonly ((alias: string) => Expr)[]>> = {
  events: [
    (alias) => column(alias, 'event'),
    (alias) => property('event', 'name', 'text', alias),
    (alias) => property('person', 'name', 'text', alias),
    (alias) => property('group_0', 'name', 'text', alias),
    (alias) => call('toText', column(alias, '$group_0')),
    (alias) => call('toText', column(alias, '$session_id')),
    (alias) => property('session', '$channel_type', 'text', alias),
    (alias) => call('toText', column(alias, 'person_id')),
  ],
  persons: [
    (alias) => property('person', 'name', 'text', alias),
    (alias) => call('toText', column(alias, 'id')),
    (alias) => ({ kind: 'actorCell', table: alias, of: 'person' }),
  ],
  groups: [
    (alias) => property('group_0', 'name', 'text', alias),
    (alias) => ({ kind: 'actorCell', table: alias, of: 'group_0' }),
  ],
  person_distinct_ids: [(alias) => column(alias, 'distinct_id'), (alias) => property('person', 'name', 'text', alias)],
  cohort_people: [(alias) => property('person', 'name', 'text', alias)],
  sessions: [(alias) => column(alias, 'distinct_id')],
}

class Maker {
  readonly #random: Random
  #aliases = 0
  /** A row of those that match is taken, whichever. */
  isLoose = false

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  #below = (n: number) => this.#random.between(0, n)
  #one = <T>(of: readonly T[]): T => of[this.#below(of.length)] as T
  #chance = (n: number) => this.#below(n) === 0

  /** A query with a column `x` of texts. */
  select(depth: number): Select {
    const tables: CommonTable[] = []
    const first = this.#source(depth, tables)
    const texts = [...first.texts]
    const joins: Join[] = []
    for (let n = this.#below(3); n > 0; n--) {
      const next = this.#source(depth, tables)
      const how = this.#one(['inner', 'left', 'right', 'full', 'any', 'left any'])
      this.isLoose ||= how.endsWith('any')
      const on = this.#chance(3)
        ? value(true, 'boolean')
        : compare(this.#plain(this.#one(texts)), '=', this.#plain(this.#one(next.texts)))
      joins.push({
        source: next.source,
        on,
        ...(how === 'left' || how === 'full' || how === 'left any' ? { left: true } : {}),
        ...(how === 'right' || how === 'full' ? { right: true } : {}),
        ...(how.endsWith('any') ? { any: true } : {}),
      })
      texts.push(...next.texts)
    }
    if (this.#chance(5)) {
      const alias = `a${++this.#aliases}`
      const array: Expr = { kind: 'function', fn: 'jsonArray', args: [this.#one(texts)] }
      joins.push({ source: { kind: 'elements', alias, arrays: [array] }, on: value(true, 'boolean') })
      texts.push({ kind: 'function', fn: 'jsonToText', args: [column(alias, 'value_1')] })
    }
    const text = this.#plain(this.#one(texts))
    const shape = this.#below(6)
    const isGrouped = shape < 2
    const expr = isGrouped
      ? this.#one([text, call('max', this.#plain(this.#one(texts))), call('toText', call('countAll'))])
      : this.#value(text, texts, depth)
    return {
      kind: 'select',
      ...(tables.length > 0 ? { with: tables } : {}),
      columns: [{ expr, as: 'x' }],
      from: first.source,
      ...(joins.length > 0 ? { joins } : {}),
      ...(this.#chance(3) ? { where: this.#condition(texts, depth) } : {}),
      ...(isGrouped ? { groupBy: [text] } : {}),
      ...(isGrouped && this.#chance(2)
        ? { having: compare(call('min', this.#plain(this.#one(texts))), '!=', value('hidden', 'text')) }
        : {}),
      ...(this.#chance(4) && !isGrouped ? { orderBy: [{ expr: this.#plain(this.#one(texts)) }] } : {}),
    }
  }

  /** JSON is no text that can be compared. */
  #plain = (e: Expr): Expr => (e.kind === 'actorCell' ? call('toText', e) : e)

  #value(text: Expr, texts: readonly Expr[], depth: number): Expr {
    switch (this.#below(6)) {
      case 0:
        return depth > 0 ? { kind: 'scalarQuery', query: this.#single(depth - 1) } : text
      case 1:
        return {
          kind: 'window',
          fn: 'max',
          of: text,
          partitionBy: [this.#plain(this.#one(texts))],
          orderBy: [{ expr: text }],
        }
      case 2: {
        const alias = `l${++this.#aliases}`
        const arrays: Expr[] = [{ kind: 'function', fn: 'jsonArray', args: [text] }]
        const body: Expr = { kind: 'function', fn: 'toJson', args: [this.#plain(this.#one(texts))] }
        return call('toText', { kind: 'lambda', fn: 'arrayMap', alias, arrays, body })
      }
      default:
        return text
    }
  }

  #single = (depth: number): Select => ({
    kind: 'select',
    columns: [{ expr: call('max', column('q', 'x')), as: 'x' }],
    from: { kind: 'query', alias: 'q', query: this.select(depth) },
  })

  #condition(texts: readonly Expr[], depth: number): Expr {
    const text = this.#plain(this.#one(texts))
    if (depth > 0 && this.#chance(2)) return { kind: 'inQuery', expr: text, query: this.select(depth - 1) }
    return compare(text, '!=', this.#chance(2) ? value('hidden', 'text') : this.#plain(this.#one(texts)))
  }

  #source(depth: number, tables: CommonTable[]): { source: Source; texts: readonly Expr[] } {
    const alias = `t${++this.#aliases}`
    const x = [column(alias, 'x')]
    switch (depth > 0 ? this.#below(6) : 5) {
      case 0:
        return { source: { kind: 'query', alias, query: this.select(depth - 1) }, texts: x }
      case 1: {
        const operator = this.#one(['union', 'intersect', 'intersect all', 'except', 'except all'] as const)
        const queries = [this.select(depth - 1), this.select(depth - 1)]
        return { source: { kind: 'union', alias, queries, ...(this.#chance(3) ? {} : { operator }) }, texts: x }
      }
      case 2: {
        const name = this.#one(['events', 'persons', 'dictionary', `c${alias}`])
        if (!tables.some((known) => known.name === name)) tables.push({ name, query: this.select(depth - 1) })
        return { source: common(name, alias), texts: x }
      }
      default: {
        const name = this.#one(Object.keys(TEXTS))
        const own = this.#chance(3) ? name : alias
        const free = own === alias || !tables.some((known) => known.name === name)
        const as = free && !this.#used.has(own) ? own : alias
        this.#used.add(as)
        return { source: table(name, as), texts: (TEXTS[name] ?? []).map((read) => read(as)) }
      }
    }
  }
  readonly #used = new Set<string>()
}

const made = Array.from({ length: QUERIES }, (_, seed) => {
  const maker = new Maker(seed)
  const query = maker.select(2)
  return { query, isLoose: maker.isLoose }
})

async function rowsOf(context: LowerContext): Promise<string[]> {
  const results: string[] = []
  for (const { query } of made) {
    // no more than can be told apart: a query of joins may give many rows
    const bounded: Select = {
      kind: 'select',
      columns: sameColumns('q', ['x']),
      from: { kind: 'query', alias: 'q', query },
    }
    const [rows] = await database.engine.run([database.engine.compile(bounded, context)], OPTIONS)
    results.push(JSON.stringify((rows ?? []).map((row) => String(row.x)).toSorted()))
  }
  return results
}

beforeAll(async () => {
  database = await openEngine()
  await change(DATA)
}, 60_000)
afterAll(() => database.close())
const change = (texts: readonly string[]) =>
  database.engine.run(
    texts.map((text) => ({ text, params: [] })),
    OPTIONS,
  )

const STORED = 'events|persons|groups|distinct_ids|cohort_people|dictionary'

test('each table of the database stands with its guard', () => {
  for (const { query } of made) {
    const { text, params } = database.engine.compile(query, CONTEXT)
    const mentions = [...text.matchAll(new RegExp(`(?:from|join|,|\\() "(${STORED})"(?: as "([^"]+)")?(?!\\.)`, 'g'))]
    const guards = [...text.matchAll(/"([^"]+)"\."project" = \$(\d+)::int4/g)]
    for (const [, , index] of guards) expect(params[Number(index) - 1]).toBe(1)
    for (const [, name, alias = name] of mentions)
      expect(guards.filter(([, of]) => of === alias).length, `${alias} ${text}`).toBeGreaterThanOrEqual(
        mentions.filter(([, other, as = other]) => as === alias).length,
      )
  }
})

test('rows outside of the project and of a row policy have no part in what a query gives', async () => {
  const policy = { ...CONTEXT, rows: POLICY }
  const [all, visible] = [await rowsOf(CONTEXT), await rowsOf(policy)]
  expect(all.join()).not.toContain('foreign')
  expect(visible.join()).not.toContain('hidden')
  expect(all.filter((rows) => rows !== '[]').length).toBeGreaterThan(QUERIES / 2)
  expect(visible.filter((rows) => rows.includes('seen')).length).toBeGreaterThan(QUERIES / 4)
  await change(FOREIGN)
  const same = (now: readonly string[], before: readonly string[]) => {
    for (const [index, rows] of now.entries())
      if (!made[index]?.isLoose)
        expect(rows, database.engine.compile((made[index] as (typeof made)[0]).query, CONTEXT).text).toBe(before[index])
  }
  same(await rowsOf(CONTEXT), all)
  await change(HIDDEN)
  same(await rowsOf(policy), visible)
}, 120_000)

test('what ran is seen by nobody who is held to some rows', async () => {
  await change([
    `insert into runs (project, started, duration_ms, kind, source, status) values (1, now(), 1, 'x', 'request', 'ok')`,
  ])
  const runs: Select = { kind: 'select', columns: [{ expr: call('countAll'), as: 'n' }], from: table('system.runs') }
  const { events, persons, groups } = POLICY as Required<RowPolicy>
  const policies = [undefined, POLICY, { events }, { persons }, { groups }]
  const statements = policies.map((rows) => database.engine.compile(runs, { ...CONTEXT, ...(rows ? { rows } : {}) }))
  const counts = (await database.engine.run(statements, OPTIONS)).map(([row]) => Number(row?.n))
  expect(counts).toEqual([1, 0, 0, 0, 0])
})
