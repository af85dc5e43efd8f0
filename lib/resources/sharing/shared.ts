/** Sharing links: the insight that a token opens, and its result for the people who have the link. */

import type { Project } from '../../core/project.ts'
import { looksOf } from '../../nodes/index.ts'
import { beginHolding, heldUnder } from '../../records/held.ts'
import { insightRecords } from '../../records/insights.ts'
import { projectRecord } from '../../records/projects.ts'
import type { Texts } from '../../records/read.ts'
import { recordKey } from '../../records/record.ts'
import { belongTogether, dashboardNamed, type KnownLink, readSharedRecords, shareRecord } from '../../records/shares.ts'
import { fillRecords, rememberMiss } from '../../records/write.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import { entryKey } from '../../refresh/entry.ts'
import { knownKey, rememberKey } from '../../refresh/known-keys.ts'
import type { HeldLookup, ReadBefore } from '../../refresh/lookup.ts'
import type { Wish } from '../../refresh/policy.ts'
import { statusKey } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import type { DashboardWithTiles } from '../../store/dashboards.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findShared, type LinkSettings, settingsOf } from '../../store/sharing.ts'
import type { DashboardLinkCtx, LinkCtx } from '../ctx.ts'
import { type Narrowing, NOT_NARROWED, narrowQuery } from '../insights/narrowing.ts'
import { presentInsight } from '../insights/present-insight.ts'
import { answerInsight, queryOf } from '../insights/read.ts'
import { insightValidity, LINK_SECONDS, type Validity } from '../validity.ts'

interface Opened {
  readonly project: Project
  readonly insight: InsightRow
  readonly settings: LinkSettings
}

const openLink = (services: Services, token: string, { project, insight, settings }: Opened): LinkCtx => ({
  services,
  project,
  actor: {
    kind: 'link',
    token,
    insightId: insight.id,
    insight,
    settings,
    showsQuery: settings.show_query,
    forced: settings.filters,
  },
})

/** The link of a dashboard that is on: the context of requests with it, and the dashboard if it was read with the link. */
export interface OpenDashboard {
  readonly ctx: DashboardLinkCtx
  readonly dashboardId: number
  readonly found: DashboardWithTiles | undefined
}

const openDashboard = (
  services: Services,
  token: string,
  project: Project,
  settings: LinkSettings,
): DashboardLinkCtx => ({
  services,
  project,
  actor: { kind: 'link', token, insightId: null, settings, showsQuery: settings.show_query, forced: settings.filters },
})

/** Whether a link has not ended yet. */
const isLasting = ({ expires_at: end }: LinkSettings, now: number): boolean => end === null || Date.parse(end) > now

/** A link that is on: the context of requests with it, and what was read with its records. */
export interface OpenShare {
  readonly ctx: LinkCtx
  readonly read: ReadBefore
}

/** What the isolate holds of a link. */
interface HeldShare extends HeldLookup, Opened {}

/** The link of an insight with this token; undefined as `readAnyShare`. */
export async function readShare(services: Services, token: string): Promise<OpenShare | undefined> {
  const link = await readAnyShare(services, token)
  return link && 'read' in link ? link : undefined
}

/**
 * The link with this token, from what the isolate holds, from the records in Redis or else from Postgres. Undefined if
 * the token is unknown or off, or the link has ended.
 */
export async function readAnyShare(services: Services, token: string): Promise<OpenShare | OpenDashboard | undefined> {
  if (!/^[\w-]{16,64}$/.test(token)) return undefined
  const now = services.now().getTime()
  const held = heldUnder<HeldShare>(recordKey.share(token), now)
  if (held)
    return isLasting(held.settings, now)
      ? { ctx: openLink(services, token, held), read: { texts: new Map(), held } }
      : undefined
  const hold = beginHolding(now)
  const { link, project, insight, texts } = await readSharedRecords(services, token, knownLink(token))
  if (link === 'gone' || project === 'gone' || insight === 'gone') return undefined
  if (link && project) {
    const { value: settings } = link
    const dashboardId = dashboardNamed(settings, project.value)
    if (!isLasting(settings, now)) return undefined
    if (dashboardId !== undefined)
      return { ctx: openDashboard(services, token, project.value, settings), dashboardId, found: undefined }
    if (insight && belongTogether(settings, project.value, insight.value))
      return opened(
        openLink(services, token, { project: project.value, insight: insight.value, settings }),
        texts,
        hold,
      )
  }
  const found = await findShared(services.db, token)
  if (!found) {
    rememberMiss(services, recordKey.share(token))
    return undefined
  }
  const settings = settingsOf(found.row)
  const records = found.insight ? insightRecords(found.insight) : []
  fillRecords(services, [shareRecord(found.row), projectRecord(found.project), ...records])
  if (!isLasting(settings, now)) return undefined
  if (found.insight)
    return opened(openLink(services, token, { ...found, insight: found.insight, settings }), texts, hold)
  if (!found.dashboard) return undefined
  const ctx = openDashboard(services, token, found.project, settings)
  return { ctx, dashboardId: found.dashboard.dashboard.id, found: found.dashboard }
}

/** What an insight and its project take in memory, about. */
const RECORDS_WEIGHT = 10_000

function opened(ctx: LinkCtx, texts: Texts, hold: ReturnType<typeof beginHolding>): OpenShare {
  const { project, actor } = ctx
  const { insight, token, settings } = actor
  const name = recordKey.share(token)
  const records = [name, recordKey.project(project.id), recordKey.insight(project.id, insight.id)]
  return {
    ctx,
    read: {
      texts,
      hold(found) {
        const value: HeldShare = { ...found, project, insight, settings }
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

/** For how many seconds viewers may keep what a link shows: not after it has ended. */
export function secondsKept({ services, actor }: LinkCtx | DashboardLinkCtx): number {
  const { expires_at: end } = actor.settings
  const left = end === null ? LINK_SECONDS : Math.floor((Date.parse(end) - services.now().getTime()) / 1_000)
  return Math.max(0, Math.min(LINK_SECONDS, left))
}

/** Of an insight as `presentShared` gives it. */
export function linkValidity(ctx: LinkCtx, insight: Parameters<typeof insightValidity>[0]): Validity {
  const { allowed_ancestors: ancestors } = ctx.actor.settings
  const validity = insightValidity(insight, secondsKept(ctx))
  return ancestors === null ? validity : { ...validity, tag: [validity.tag, ancestors] }
}

/** The stored node of an insight, narrowed; undefined if its filters convert to none. */
export function looksOfInsight(insight: InsightRow, narrowing: Narrowing = NOT_NARROWED): unknown {
  try {
    return looksOf(narrowQuery(queryOf(insight), narrowing))
  } catch {
    // filters that stand for no node
    return undefined
  }
}
