import type { Statement } from '../lib/core/statement.ts'
import type { Engine } from '../lib/engines/engine.ts'
import { lowerPostgres } from '../lib/engines/postgres/lower.ts'
import { printPostgres } from '../lib/engines/postgres/print.ts'
import { buildQuery } from '../lib/logical/index.ts'
import { parseComputable } from '../lib/nodes/index.ts'
import { planQuery } from '../lib/plan/index.ts'
import { insightOf, queryNames } from '../lib/plan/references.ts'
import { testAccountFilter } from '../lib/plan/test-accounts.ts'
import { loadQueryContext } from '../lib/store/query-context.ts'
import { findProject } from './project.ts'

const NOW = new Date('2026-08-30T00:00:00Z')
const TIMEOUT_MS = 60_000

/** The statements of a node, as `computeQuery` makes them. */
export async function printed(engine: Engine, json: object): Promise<Statement[]> {
  const project = await findProject(engine)
  const node = parseComputable(json)
  const insight = insightOf(node)
  const tests = insight ? testAccountFilter(insight, project) : { type: 'AND' as const, values: [] }
  const { context } = await loadQueryContext(engine, project, queryNames(node, tests, project, NOW), {
    timeoutMs: TIMEOUT_MS,
  })
  const lowering = { ...context, projectId: project.id, timezone: project.timezone }
  return buildQuery(planQuery(node, project, context, NOW)).map((query) =>
    printPostgres(lowerPostgres(query, lowering)),
  )
}
