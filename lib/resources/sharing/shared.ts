/** What a sharing token opens, and how its viewers get a result. */

import type { LinkActor } from '../../core/actor.ts'
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
import { limiterOf } from '../../refresh/limits.ts'
import type { RefreshMode } from '../../refresh/policy.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findShared } from '../../store/sharing.ts'
import type { ProjectCtx } from '../ctx.ts'
import { NO_CONTEXT } from '../insights/context.ts'
import { presentInsight } from '../insights/present.ts'
import { answerInsight, queryOf } from '../insights/read.ts'

/** A link that is on, with the insight that it opens, which may be deleted. */
export interface OpenLink extends LinkActor {
  readonly insight: InsightRow
}

/** The context of somebody who has a link: one insight of one project. */
export type LinkCtx = ProjectCtx<OpenLink>

const openLink = (services: Services, token: string, project: Project, insight: InsightRow): LinkCtx => ({
  services,
  project,
  actor: { kind: 'link', token, insightId: insight.id, insight },
})

/** Undefined for a token that is unknown or off. From Redis alone where its records are there. */
export async function readShare(services: Services, token: string): Promise<LinkCtx | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const { name, project, insight } = await readSharedRecords(services, token)
  if (name === 'gone' || project === 'gone' || insight === 'gone') return undefined
  // a record is a copy: it must fit the token that led to it
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

/** The insight of a link when it goes by this number or short id. Throws 404 for every other, and when it is deleted. */
export function requireCovered({ insight }: OpenLink, ref: string): InsightRow {
  if (insight.deleted || (ref !== String(insight.id) && ref !== insight.short_id)) throw notFound()
  return insight
}

/**
 * The result of a link in a mode that a viewer may ask for. The link has a limit of its own: above it the cached result
 * serves, if there is one; else throws 429. A query that cannot be computed gives no result in the default mode,
 * `lazy_async`.
 */
export const answerShared = (ctx: LinkCtx, mode: RefreshMode): Promise<QueryAnswer> =>
  answerInsight(ctx.services, ctx.project, ctx.actor.insight, NO_CONTEXT, {
    mode,
    limiter: limiterOf(ctx),
    cachedAfter: 'throttled',
    uncomputable: mode === 'lazy_async' ? 'no result' : 'refused',
  })

/** The insight as the API shows it to whoever has the link, and what its picture is made of beside that. */
export async function presentShared(ctx: LinkCtx, mode: RefreshMode) {
  const { insight } = ctx.actor
  const answer = await answerShared(ctx, mode)
  return {
    insight: presentInsight(insight, ctx, { answer }),
    picture: { kind: resultKind(answer.entry), looks: looksOf(insight) },
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
