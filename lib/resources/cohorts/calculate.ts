/** The calculation of the members of dynamic cohorts, by the database, in deliveries of QStash. */

import * as z from 'zod/mini'
import { describeError } from '../../core/describe-error.ts'
import { MAX_INT } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import type { StoredMembers } from '../../engines/engine.ts'
import { buildCohort } from '../../logical/cohort.ts'
import { parseCohortFilters } from '../../nodes/cohort.ts'
import { planCohort } from '../../plan/cohort.ts'
import { cohortReferences } from '../../plan/references.ts'
import { flowControl } from '../../ports/flow-control.ts'
import { WITHIN_MINUTES } from '../../ports/retries.ts'
import { outdateProject } from '../../records/projects.ts'
import type { Services } from '../../services.ts'
import { cohortsNaming, failCohort, findCohort, takeDueCohorts } from '../../store/cohorts.ts'
import { findProject } from '../../store/projects.ts'
import type { SystemCtx } from '../ctx.ts'
import { rowId } from '../deliveries.ts'

export const COHORT_PATH = '/api/qstash/cohort'
export const COHORT_FAILED_PATH = '/api/qstash/cohort_failed'
const PER_CRON = 100
/** Longer than the limit of other statements, for cohorts with a million members. */
const TIMEOUT_MS = 120_000

/** The message of a delivery: calculate the cohort unless it has a newer version than this. */
export const cohortMessage = z.object({
  projectId: rowId,
  cohortId: rowId,
  version: z.int().check(z.gte(0)).check(z.lte(MAX_INT)),
})
export type CohortMessage = Readonly<z.infer<typeof cohortMessage>>

/**
 * Enqueues calculations in one call. Never throws: the cron enqueues a calculation again that could not be enqueued.
 */
export const enqueueCohorts = (services: Services, messages: readonly CohortMessage[]): Promise<void> =>
  publishCohorts(services, messages).catch((error) =>
    console.error('Cohorts could not be enqueued.', describeError(error)),
  )

async function publishCohorts({ env, qstash }: Services, messages: readonly CohortMessage[]): Promise<void> {
  if (messages.length === 0) return
  const batch = messages.map((body) => ({
    url: env.PUBLIC_URL + COHORT_PATH,
    body,
    ...WITHIN_MINUTES,
    ...flowControl(env, body.projectId, 'cohorts'),
    timeout: TIMEOUT_MS / 1000 + 30,
    failureCallback: env.PUBLIC_URL + COHORT_FAILED_PATH,
  }))
  await qstash.batchJSON(batch)
}

/** Called by the cron: enqueues the calculation of up to 100 cohorts that are due. */
export async function enqueueDueCohorts({ services }: SystemCtx): Promise<void> {
  const due = await takeDueCohorts(services.db, PER_CRON)
  await enqueueCohorts(
    services,
    due.map((row) => ({ projectId: row.project_id, cohortId: row.id, version: row.pending_version })),
  )
}

export type CohortOutcome = 'calculated' | 'not needed'

/**
 * Calculates the members of a cohort and enqueues the cohorts that use it as a condition. Safe to repeat. `again`: the
 * delivery is a retry, and the one before may have stored the members but enqueued nothing, so those cohorts are
 * enqueued even if no member changes. Throws 400 if the filters cannot be computed, and the errors of the database and
 * the queue.
 */
export async function calculateCohort(
  { services }: SystemCtx,
  message: CohortMessage,
  again: boolean,
): Promise<CohortOutcome> {
  const { projectId, cohortId } = message
  const [project, row] = await Promise.all([
    findProject(services.db, projectId),
    findCohort(services.db, projectId, cohortId),
  ])
  if (!project || !row || row.deleted || row.is_static || row.pending_version > message.version) return 'not needed'
  const { configVersion, changed } = await replaceMembers(services, project, row.filters, message)
  if (!changed && !again) return 'calculated'
  await publishConfig(services, project, configVersion)
  const outer = await cohortsNaming(services.db, projectId, cohortId)
  await publishCohorts(
    services,
    outer.map((row) => ({ projectId, cohortId: row.id, version: row.pending_version })),
  )
  return 'calculated'
}

/** Plans the stored filters and replaces the members, in two calls. Throws 400 if the filters cannot be computed. */
async function replaceMembers(
  { engine, now }: Services,
  project: Project,
  stored: unknown,
  { cohortId, version }: CohortMessage,
): Promise<StoredMembers> {
  const options = { timeoutMs: TIMEOUT_MS }
  const filters = parseCohortFilters(stored)
  const { refs, actions } = cohortReferences(filters)
  const loaded = await engine.context(project, { references: refs, actions, earliestOf: null, counted: null }, options)
  const condition = planCohort(filters, { project: loaded.project, context: loaded.plan, now: now() })
  return engine.cohortMembers.replace({ id: cohortId, version }, buildCohort(condition), loaded.engine, options)
}

/** Marks a calculation as failed that is not tried again; `reason` is shown with the cohort. */
export const endCalculation = (
  { services }: SystemCtx,
  { projectId, cohortId, version }: CohortMessage,
  reason: string,
): Promise<void> => failCohort(services.db, projectId, cohortId, version, reason)

/** Makes every isolate plan queries of the project anew, since they may use the cohort that changed. */
export const publishConfig = (services: Services, project: Project, configVersion: number) =>
  outdateProject(services, project, configVersion)
