import type pg from 'pg'
import type { Statement } from '../lib/core/statement.ts'
import type { Engine } from '../lib/engines/engine.ts'
import { buildQuery } from '../lib/logical/index.ts'
import { parseQuery } from '../lib/nodes/index.ts'
import { planQuery, type QueryPlan } from '../lib/plan/index.ts'
import { queryNames } from '../lib/plan/references.ts'
import type { Select } from '../lib/tree/relation.ts'
import { findProject } from './project.ts'

const NOW = new Date('2026-08-30T00:00:00Z')
const TIMEOUT_MS = 60_000

/** The plan of a node and its statements, as `answerQuery` makes them. */
export async function prepared(
  engine: Engine,
  json: object,
): Promise<{ plan: QueryPlan; queries: readonly Select[]; statements: Statement[] }> {
  const project = await findProject(engine)
  const node = parseQuery(json)
  const names = queryNames(node, project, NOW)
  const { plan: context, engine: own } = await engine.context(project, names, { timeoutMs: TIMEOUT_MS })
  const plan = planQuery(node, { project, context, now: NOW })
  const queries = buildQuery(plan)
  return { plan, queries, statements: queries.map((query) => engine.compile(query, own)) }
}

export const printed = async (engine: Engine, json: object): Promise<Statement[]> =>
  (await prepared(engine, json)).statements

/** As the engine sets it for statements that join many rows. */
const BY_HASH = 'set enable_nestloop = off; set enable_mergejoin = off'

/** Runs printed statements one after the other. */
export async function runStatements(client: pg.Client, statements: readonly Statement[]) {
  const rows: Record<string, unknown>[][] = []
  for (const { text, params, joinsMany } of statements) {
    if (joinsMany) await client.query(BY_HASH)
    rows.push((await client.query({ text, values: [...params] })).rows)
    if (joinsMany) await client.query('reset all')
  }
  return rows
}
