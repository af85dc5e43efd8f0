/** Random worlds and RetentionQuery nodes against the brute-force evaluator. SEED=n replays one world. */
import { expect } from 'vitest'
import { byName, type Question, testWorlds } from '../support/activity-check.ts'
import { randomRetention, retentionNode } from '../support/random-retention.ts'
import {
  evaluateRetention,
  isAmbiguous,
  type RetentionQuery,
  type RetentionRow,
  retainedActors,
} from '../support/retention-evaluator.ts'
import { testServer } from '../support/server.ts'

const server = await testServer()

testWorlds(server, { stream: 40_000, random: randomRetention, node: retentionNode, check })

interface Row {
  readonly date: string
  readonly breakdown_value: string | null
  readonly values: readonly { readonly count: number; readonly aggregation_value?: number }[]
}

async function check(question: Question<RetentionQuery>): Promise<void> {
  const { random, world, query, results, context } = question
  if (isAmbiguous(world, query)) return
  const rows = (results as readonly Row[]).map(({ date, breakdown_value: value, values }) => ({
    value,
    date: new Date(date).toISOString(),
    counts: values.map(({ count }) => count),
    sums: query.aggregation ? values.map(({ aggregation_value: sum }) => rounded(sum ?? Number.NaN)) : null,
  }))
  const expected = evaluateRetention(world, query).map((row) => ({
    ...row,
    date: new Date(row.date).toISOString(),
    sums: row.sums?.map(rounded) ?? null,
  }))
  expect(rows, context).toEqual(expected)
  if (random.chance(0.4) && rows.length > 0) await checkPeople(question, expected)
}

/** The actors of a row at random, and the columns they are counted in. */
async function checkPeople(question: Question<RetentionQuery>, rows: readonly RetentionRow[]): Promise<void> {
  const { random, world, query, node, context, people } = question
  const at = random.between(0, rows.length)
  const { value = null, date } = rows[at] ?? {}
  if (value?.startsWith('$$')) return
  const row = rows.filter((one) => one.value === value).findIndex((one) => one.date === date)
  const source = {
    kind: 'InsightActorsQuery',
    source: node,
    interval: row,
    ...(value === null ? {} : { breakdown: [value] }),
  }
  const expected = retainedActors(world, query, row, value).sort(byName)
  expect(await people(source, 'appearances'), `${context}\n${row} ${value}`).toEqual(expected)
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6 + 0
