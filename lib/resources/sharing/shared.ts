/** Sharing links: the insight that a token opens, and its result for the people who have the link. */

import type { Project } from '../../core/project.ts'
import { looksOf } from '../../nodes/index.ts'
import { insightRecords } from '../../records/insights.ts'
import { projectRecord } from '../../records/projects.ts'
import { recordKey } from '../../records/record.ts'
import { readSharedRecords, sharedName, shareRecord } from '../../records/shares.ts'
import { fillRecords, rememberMiss } from '../../records/write.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import type { RefreshMode } from '../../refresh/policy.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findShared } from '../../store/sharing.ts'
import type { LinkCtx } from '../ctx.ts'
import { NOT_NARROWED } from '../insights/narrowing.ts'
import { presentInsight } from '../insights/present-insight.ts'
import { answerInsight, queryOf } from '../insights/read.ts'

const openLink = (services: Services, token: string, project: Project, insight: InsightRow): LinkCtx => ({
  services,
  project,
  actor: { kind: 'link', token, insightId: insight.id, insight },
})

/**
 * The context of a request with this sharing token, from the records in Redis or else from Postgres. Undefined if the
 * token is unknown or off.
 */
export async function readShare(services: Services, token: string): Promise<LinkCtx | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const { name, project, insight } = await readSharedRecords(services, token)
  if (name === 'gone' || project === 'gone' || insight === 'gone') return undefined
  // records are copies of different ages, so check that they belong together
  if (name && project && insight && sharedName(insight.value) === name.value)
    if (insight.value.project_id === project.value.id) return openLink(services, token, project.value, insight.value)
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
  return openLink(services, token, found.project, found.insight)
}

/**
 * The result behind a link, in a mode of the surface `shared`. The link has a limit of its own: above it the answer is
 * the cached result; throws 429 if there is none. A query that cannot be computed gives no result in the default mode,
 * `lazy_async`, and its 400 in others.
 */
const answerShared = (ctx: LinkCtx, mode: RefreshMode): Promise<QueryAnswer> =>
  answerInsight(ctx, ctx.actor.insight, NOT_NARROWED, {
    mode,
    cachedAfter: 'throttled',
    uncomputable: mode === 'lazy_async' ? 'no result' : 'refused',
  })

/**
 * The insight as the API shows it through a link; the answer that it shows; `looks`: the node with its display keys.
 */
export async function presentShared(ctx: LinkCtx, mode: RefreshMode) {
  const { insight } = ctx.actor
  const answer = await answerShared(ctx, mode)
  return {
    insight: presentInsight(insight, ctx, { answer }),
    answer,
    looks: looksOfInsight(insight),
  }
}

/** The stored node of an insight; undefined if its filters convert to none. */
function looksOfInsight(insight: InsightRow): unknown {
  try {
    return looksOf(queryOf(insight))
  } catch {
    // filters that stand for no node
    return undefined
  }
}
