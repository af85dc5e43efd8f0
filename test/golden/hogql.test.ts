import { afterAll, beforeAll, expect, test } from 'vitest'
import { printSql } from '../../lib/engines/hogql/print.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { propertyTypesOf } from '../../lib/plan/filter.ts'
import { planQuery } from '../../lib/plan/index.ts'
import { HOGQL } from './cases/hogql.ts'
import { openSmallWorld, type SmallWorld } from './small-world.ts'
import { CONTEXT, ENGINE_CONTEXT, PROJECT, statements } from './world.ts'

let world: SmallWorld

beforeAll(async () => {
  world = await openSmallWorld()
}, 60_000)
afterAll(() => world.close())

const NOW = new Date('2024-03-15T12:00:00Z')

test.each(Object.entries(HOGQL))('%s', async (name, source) => {
  const node = parseQuery({ kind: 'HogQLQuery', ...source })
  const plan = planQuery(node, { project: PROJECT, context: CONTEXT, now: NOW })
  if (plan.kind !== 'HogQLQuery') throw new Error(plan.kind)
  const text = printSql(plan.syntax, propertyTypesOf(CONTEXT))
  const [statement] = statements(node)
  const params = statement?.params.map((param) => JSON.stringify(param)).join('\n')
  const printed = `-- hogql\n${text}\n\n-- postgres\n${statement?.text}\n\n-- params\n${params}\n`
  await expect(printed).toMatchFileSnapshot(`./hogql/${name}.sql`)
})

test.each(Object.entries(HOGQL))('%s runs', async (_, source) => {
  const [statement] = statements(parseQuery({ kind: 'HogQLQuery', ...source }), { ...ENGINE_CONTEXT, slots: new Map() })
  if (!statement) throw new Error('there is no statement')
  expect((await world.rows(statement)).length).toBeGreaterThan(0)
})
