/** What a sharing token opens, and how its viewers get a result. */

import { notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { sourceNode } from '../../nodes/index.ts'
import { insightRecords } from '../../records/insights.ts'
import { projectRecord } from '../../records/projects.ts'
import { recordKey } from '../../records/record.ts'
import { readSharedRecords, sharedName, shareRecord } from '../../records/shares.ts'
import { fillRecords, rememberMiss } from '../../records/write.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import { resultKind } from '../../refresh/entry.ts'
import type { RefreshMode } from '../../refresh/policy.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findShared } from '../../store/sharing.ts'
import { NO_CONTEXT } from '../insights/context.ts'
import { presentInsight } from '../insights/present.ts'
import { answerInsight, queryOf } from '../insights/read.ts'

/** A link that is on: one insight of one project, and nothing else. */
export interface Share {
  readonly token: string
  readonly project: Project
  /** It may be deleted. */
  readonly insight: InsightRow
}

/** Undefined for a token that is unknown or off. From Redis alone where its records are there. */
export async function readShare(services: Services, token: string): Promise<Share | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const { name, project, insight } = await readSharedRecords(services, token)
  if (name === 'gone' || project === 'gone' || insight === 'gone') return undefined
  if (name && project && insight) {
    const found = { token, project: project.value, insight: insight.value }
    // a record is a copy: what it says must fit the token that led to it
    if (sharedName(found.insight) === name.value && found.insight.project_id === found.project.id) return found
  }
  const found = await findShared(services.db, token)
  if (!found) {
    rememberMiss(services, recordKey.share(token))
    return undefined
  }
  fillRecords(services, [
    shareRecord(token, found.version, found.insight),
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
 * The result of a link in a mode that a viewer may ask for. The link has a limit of its own: above it the cached result
 * serves, if there is one; else throws 429. A query that cannot be computed gives no result in the default mode,
 * `lazy_async`.
 */
export const answerShared = (services: Services, share: Share, mode: RefreshMode): Promise<QueryAnswer> =>
  answerInsight(services, share.project, share.insight, NO_CONTEXT, {
    mode,
    limiter: [{ kind: 'share', token: share.token }],
    cachedAfter: 'throttled',
    uncomputable: mode === 'lazy_async' ? 'no result' : 'refused',
  })

/** The insight as the API shows it to whoever has the link, and what its picture is made of beside that. */
export async function presentShared(services: Services, share: Share, mode: RefreshMode) {
  const answer = await answerShared(services, share, mode)
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
