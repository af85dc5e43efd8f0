import type { Statement } from '../lib/core/statement.ts'
import type { Engine } from '../lib/engines/engine.ts'
import { buildQuery } from '../lib/logical/index.ts'
import { parseQuery } from '../lib/nodes/index.ts'
import { planQuery } from '../lib/plan/index.ts'
import { queryNames } from '../lib/plan/references.ts'
import { findProject } from './project.ts'

const NOW = new Date('2026-08-30T00:00:00Z')
const TIMEOUT_MS = 60_000

/** The statements of a node, as `answerQuery` makes them. */
export async function printed(engine: Engine, json: object): Promise<Statement[]> {
  const project = await findProject(engine)
  const node = parseQuery(json)
  const names = queryNames(node, project, NOW)
  const { plan: context, engine: own } = await engine.context(project, names, { timeoutMs: TIMEOUT_MS })
  return buildQuery(planQuery(node, { project, context, now: NOW })).map((query) => engine.compile(query, own))
}
