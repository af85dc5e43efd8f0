/** Sharing links: the insight that a token opens, and its result for the people who have the link. */

import type { Project } from '../../core/project.ts'
import { looksOf } from '../../nodes/index.ts'
import { beginHolding, heldUnder } from '../../records/held.ts'
import { insightRecords } from '../../records/insights.ts'
import { projectRecord } from '../../records/projects.ts'
import type { Texts } from '../../records/read.ts'
import { recordKey } from '../../records/record.ts'
import { type KnownLink, readSharedRecords, sharedName, shareRecord } from '../../records/shares.ts'
import { fillRecords, rememberMiss } from '../../records/write.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import { entryKey } from '../../refresh/entry.ts'
import { knownKey, rememberKey } from '../../refresh/known-keys.ts'
import type { HeldLookup, ReadBefore } from '../../refresh/lookup.ts'
import type { Wish } from '../../refresh/policy.ts'
import { statusKey } from '../../refresh/status.ts'
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

/** A link that is on: the context of requests with it, and what was read with its records. */
export interface OpenShare {
  readonly ctx: LinkCtx
  readonly read: ReadBefore
}

/** What the isolate holds of a link. */
interface HeldShare extends HeldLookup {
  readonly project: Project
  readonly insight: InsightRow
}

/**
 * The link with this token, from what the isolate holds, from the records in Redis or else from Postgres. Undefined if
 * the token is unknown or off.
 */
export async function readShare(services: Services, token: string): Promise<OpenShare | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const now = services.now().getTime()
  const held = heldUnder<HeldShare>(recordKey.share(token), now)
  if (held) return { ctx: openLink(services, token, held.project, held.insight), read: { texts: new Map(), held } }
  const hold = beginHolding(now)
  const { name, project, insight, texts } = await readSharedRecords(services, token, knownLink(token))
  if (name === 'gone' || project === 'gone' || insight === 'gone') return undefined
  // records are copies of different ages, so check that they belong together
  if (name && project && insight && sharedName(insight.value) === name.value)
    if (insight.value.project_id === project.value.id)
      return opened(openLink(services, token, project.value, insight.value), texts, hold)
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
  return opened(openLink(services, token, found.project, found.insight), texts, hold)
}

/** What an insight and its project take in memory, about. */
const RECORDS_WEIGHT = 10_000

function opened(ctx: LinkCtx, texts: Texts, hold: ReturnType<typeof beginHolding>): OpenShare {
  const { project, actor } = ctx
  const { insight, token } = actor
  const name = recordKey.share(token)
  const records = [name, recordKey.project(project.id), recordKey.insight(project.id, insight.id)]
  return {
    ctx,
    read: {
      texts,
      hold(found) {
        const value: HeldShare = { ...found, project, insight }
        hold(name, [...records, found.key], value, RECORDS_WEIGHT + (found.lookup.entry?.results.weight ?? 0))
      },
    },
  }
}

/** What the link named when the isolate read it last, and the keys of that result. */
function knownLink(token: string): KnownLink | undefined {
  const [projectId, insightId, key] = knownKey(recordKey.share(token))?.split(' ') ?? []
  if (key === undefined) return undefined
  const besides = [entryKey(Number(projectId), key), statusKey(Number(projectId), key)]
  return { projectId: Number(projectId), insightId: Number(insightId), besides }
}

function rememberLink({ project, actor }: LinkCtx, key: string): void {
  rememberKey(recordKey.share(actor.token), `${project.id} ${actor.insightId} ${key}`)
}

/**
 * The result behind a link, as a wish of the surface `shared`. The link has a limit of its own: above it the answer is
 * the cached result; throws 429 if there is none. A query that cannot be computed gives no result in the default mode,
 * `lazy_async`, and its 400 in others.
 */
async function answerShared(ctx: LinkCtx, wish: Wish, read: ReadBefore): Promise<QueryAnswer> {
  const answer = await answerInsight(ctx, ctx.actor.insight, NOT_NARROWED, {
    ...wish,
    read,
    cachedAfter: 'throttled',
    uncomputable: wish.mode === 'lazy_async' ? 'no result' : 'refused',
  })
  if (answer.key !== null) rememberLink(ctx, answer.key)
  return answer
}

/**
 * The insight as the API shows it through a link; the answer that it shows; `looks`: the node with its display keys.
 */
export async function presentShared(ctx: LinkCtx, wish: Wish, read: ReadBefore) {
  const { insight } = ctx.actor
  const answer = await answerShared(ctx, wish, read)
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
