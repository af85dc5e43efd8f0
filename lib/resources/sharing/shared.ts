/** What a sharing token opens, and how its viewers get a result. */

import { ApiError, notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { sourceNode } from '../../nodes/index.ts'
import { projectRecord } from '../../records/project-records.ts'
import { fillRecords, readSharedRecords, recordKey, rememberMiss } from '../../records/records.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import { resultKind } from '../../refresh/entry.ts'
import { type RefreshMode, sharedMode } from '../../refresh/policy.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findShared } from '../../store/sharing.ts'
import { NO_CONTEXT } from '../insights/context.ts'
import { presentInsight } from '../insights/present.ts'
import { answerInsight, queryOf } from '../insights/read.ts'
import { insightRecords } from '../insights/records.ts'

/** A link that is on: one insight of one project, and nothing else. */
export interface Share {
  readonly token: string
  readonly project: Project
  /** It may be deleted. */
  readonly insight: InsightRow
}

export const sharedName = ({ project_id, id }: { project_id: number; id: number }) => `${project_id}:${id}`

/** Undefined for a token that is unknown or off. From Redis alone where its records are there. */
export async function readShare(services: Services, token: string): Promise<Share | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const [share, project, insight] = await readSharedRecords(services, token)
  if (share === 'gone' || project === 'gone' || insight === 'gone') return undefined
  if (share && project && insight) {
    const found = { token, project: project.value as Project, insight: insight.value as InsightRow }
    // a record is a copy: what it says must fit the token that led to it
    if (sharedName(found.insight) === share.value && found.insight.project_id === found.project.id) return found
  }
  const found = await findShared(services.db, token)
  if (!found) {
    rememberMiss(services, recordKey.share(token))
    return undefined
  }
  fillRecords(services, [
    { key: recordKey.share(token), version: found.version, value: sharedName(found.insight) },
    projectRecord(found.project),
    ...insightRecords(found.insight),
  ])
  return { token, project: found.project, insight: found.insight }
}

/** The insight of a link when it goes by this number or short id. Throws 404 for every other, and when it is deleted. */
export function requireCovered({ insight }: Share, ref: string): InsightRow {
  if (insight.deleted || (ref !== String(insight.id) && ref !== insight.short_id)) throw notFound()
  return insight
}

/**
 * The result as viewers may ask for it: what is fresh is never computed again, and the link has a limit. Above it the
 * cached result serves, if there is one; else 429. A query that cannot be computed gives no result unless one is asked for.
 */
export async function answerShared(services: Services, share: Share, asked: RefreshMode): Promise<QueryAnswer> {
  const limiter = `share:${share.token}`
  const answer = (mode: RefreshMode) =>
    answerInsight(services, share.project, share.insight, NO_CONTEXT, { mode, limiter })
  try {
    return await answer(sharedMode(asked))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 400 && asked === 'force_cache') return answer('force_cache')
    if (error.status !== 429) throw error
    const cached = await answer('force_cache')
    if (!cached.entry) throw error
    return cached
  }
}

/** The insight as the API shows it to whoever has the link, and what its picture is made of beside that. */
export async function presentShared(services: Services, share: Share, asked: RefreshMode) {
  const answer = await answerShared(services, share, asked)
  const viewer = { caller: null, organizationId: share.project.organizationId }
  return {
    insight: presentInsight(share.insight, viewer, { answer }),
    picture: { kind: resultKind(answer.entry), looks: looksOf(share.insight) },
  }
}

/** The node that is stored. */
function looksOf(insight: InsightRow): unknown {
  try {
    return sourceNode(queryOf(insight))
  } catch {
    // filters that stand for no node
    return undefined
  }
}
