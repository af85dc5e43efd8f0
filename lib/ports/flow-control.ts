/** How much work of one project QStash delivers at once, so that no project waits for the work of another one. */
import type { FlowControl } from '@upstash/qstash'
import type { Env } from '../core/env.ts'
import type { Queue } from './queue.ts'

/** The kinds of background work that are limited apart. */
type FlowWork = 'runs' | 'cohorts'

/**
 * The flow control of a message: its key is the project's, of this deployment (several may share one QStash account).
 * Empty if the settings set no limit.
 */
export function flowControl(env: Env, projectId: number, work: FlowWork): { readonly flowControl?: FlowControl } {
  const { RUNS_PARALLELISM: parallelism, RUNS_PER_MINUTE: rate } = env
  const key = flowKey(env, projectId, work)
  if (rate === 0) return parallelism === 0 ? {} : { flowControl: { key, parallelism } }
  return { flowControl: { key, rate, period: '1m', ...(parallelism === 0 ? {} : { parallelism }) } }
}

const flowKey = (env: Env, projectId: number, work: FlowWork) => `edgehog.${env.EDGEHOG_PREFIX}.${projectId}.${work}`

/** How many messages of a project wait for their turn. Throws 503 if QStash is away. */
export async function waitingInFlow(
  { env, qstash }: { readonly env: Env; readonly qstash: Queue },
  projectId: number,
  work: FlowWork,
): Promise<number> {
  return (await qstash.flowControl.get(flowKey(env, projectId, work))).waitListSize
}
