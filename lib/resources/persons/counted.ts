/** Lists the people (or groups) behind one number of a cached result. */
import * as z from 'zod/mini'
import { type AnswerOptions, answerQuery } from '../../answer-query.ts'
import { ApiError, invalid, notFound, permissionDenied } from '../../core/errors.ts'
import { NOTHING_FORCED } from '../../core/forced-filters.ts'
import { readJson } from '../../core/input.ts'
import { type Json, withoutUndefined } from '../../core/json.ts'
import { parseActors } from '../../nodes/actors/node.ts'
import { type Kind, sourceNode } from '../../nodes/index.ts'
import { type CacheEntry, ENTRY_TTL_SECONDS, entryKey, unpackEntry } from '../../refresh/entry.ts'
import { readLeader } from '../../refresh/leader.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import type { Services } from '../../services.ts'
import { forcedOf, seesRows, type ViewedCtx, zoneOf } from '../ctx.ts'
import { requireVisibleInsight } from '../insights/authorize.ts'
import { correlationSource } from './correlation-source.ts'
import { type PersonCell, presentPerson } from './present-person.ts'

/** Where the number is in its result: the parameters of the URLs that links.ts makes. */
export const countedParameters = z.object({
  series: z.optional(z.string().check(z.regex(/^\d{1,2}$/, 'A valid number is required.'))),
  bucket: z.optional(z.string()),
  breakdown: z.optional(z.string()),
  step: z.optional(z.string().check(z.regex(/^-?\d{1,2}$/, 'A valid number is required.'))),
  compare: z.optional(z.enum(['current', 'previous'])),
  correlation: z.optional(z.string()),
  converted: z.optional(z.enum(['true', 'false'])),
  row: z.optional(z.string().check(z.regex(/^\d{1,4}$/, 'A valid number is required.'))),
  status: z.optional(z.enum(['new', 'returning', 'resurrecting', 'dormant'])),
  source: z.optional(z.string()),
  target: z.optional(z.string()),
  at: z.optional(z.string()),
})

type CountedParameters = z.infer<typeof countedParameters>

export interface CountedInput {
  /** The key of the cached result. */
  readonly key: string
  readonly parameters: CountedParameters
  readonly page: { readonly limit: number; readonly offset: number }
}

/**
 * One page of the people behind a number, newest first, in the form of `persons/`; of the groups if the number counts
 * groups. Throws 404 if the result is not cached any more or another viewer's, 403 if its insight is hidden from the key or the token does not allow people, 400 if the result
 * has no such number, 429 above the limit of computations.
 */
export async function listCounted(ctx: ViewedCtx, { key, parameters, page }: CountedInput) {
  const { services, project } = ctx
  const place = readPlace(parameters)
  if (ctx.actor.kind === 'viewer' && !ctx.actor.people)
    throw permissionDenied('The viewer token does not allow this. It has no claim "people".')
  await requireCapacity(services, limiterOf(ctx))
  const entry = await findEntry(services, entryKey(project.id, key))
  if (entry?.insightId !== undefined) await requireVisibleInsight(ctx, entry.insightId)
  if (!entry?.query || !(await isOwn(ctx, key, entry)))
    throw notFound('This result is no longer kept. Ask for the insight again.')
  const insight = sourceNode(entry.query)
  if (!insight) throw notFound()
  // relative dates count from the time of the computation, so that the number is the same
  const now = readInstant(parameters.at) ?? new Date(entry.lastRefresh)
  if (ctx.actor.kind === 'viewer' && Math.abs(now.getTime() - entry.lastRefresh) > ENTRY_TTL_SECONDS * 1_000)
    throw permissionDenied('The viewer token does not allow this. at: no result of then is kept.')
  const source = withoutUndefined(POINTS[entry.head.kind](insight, place))
  return await listActors(ctx, source, page, {
    now,
    forced: entry.forced ?? NOTHING_FORCED,
    timezone: entry.timezone,
  }).catch(asParameter)
}

/** Whether the actor may see what the result was computed from; a viewer, whether its own reads of the insight lead to it. */
async function isOwn(ctx: ViewedCtx, key: string, { query, forced, insightId, lastRefresh }: CacheEntry) {
  if (ctx.actor.kind === 'key') return seesRows(ctx, forced)
  const own = { now: new Date(lastRefresh), forced: forcedOf(ctx), timezone: zoneOf(ctx) }
  return insightId !== undefined && (await prepareQuery(ctx.project, query, own)).key === key
}

/** For each kind of result the node that lists the people behind a number. Throws 404 for a list of actors. */
const POINTS: { readonly [K in Kind]: (source: Json, place: ReturnType<typeof readPlace>) => Json } = {
  TrendsQuery: (source, { trend }) => ({ kind: 'InsightActorsQuery', source, ...trend }),
  FunnelsQuery: (source, { funnel }) => ({ kind: 'FunnelsActorsQuery', source, ...funnel }),
  RetentionQuery: (source, { cohort }) => ({ kind: 'InsightActorsQuery', source, ...cohort }),
  LifecycleQuery: (source, { status }) => ({ kind: 'InsightActorsQuery', source, ...status }),
  StickinessQuery: (source, { slots }) => ({ kind: 'InsightActorsQuery', source, ...slots }),
  PathsQuery: (source, { edge }) => ({
    kind: 'InsightActorsQuery',
    source: { ...source, pathsFilter: { ...(source.pathsFilter as Json), ...edge } },
  }),
  FunnelCorrelationQuery: (source, { correlation }) => correlationSource(source, correlation),
  ActorsQuery: noPeople,
  EventsQuery: noPeople,
  HogQLQuery: noPeople,
}

function noPeople(): never {
  throw notFound()
}

async function listActors(
  { services, project }: ViewedCtx,
  source: Json,
  page: CountedInput['page'],
  as: Pick<AnswerOptions, 'now' | 'forced' | 'timezone'>,
) {
  const select = ['actor', 'number']
  const orderBy = ['created_at desc', 'number desc']
  const node = parseActors({ kind: 'ActorsQuery', source, select, orderBy, ...page }, [])
  const options = { ...as, timeoutMs: services.env.STATEMENT_TIMEOUT_MS }
  const { response } = await answerQuery(services, project, node, options)
  if (response.kind !== 'ActorsQuery') throw notFound()
  const results = response.results.map(([cell, number]) =>
    node.of === 'person' ? presentPerson({ cell: cell as PersonCell, number: number as number }) : cell,
  )
  return { results, hasMore: response.hasMore }
}

/**
 * The parameters as fields of the nodes that list people, for each kind of result. Throws 400 if one cannot be read.
 */
function readPlace(parameters: CountedParameters) {
  const { bucket, series, breakdown, compare, step, correlation, converted, row, status, source, target } = parameters
  const value = breakdown === undefined ? undefined : readBreakdown(breakdown)
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  return {
    trend: { series: number(series), day: bucket, breakdown: value, compare },
    funnel: { funnelStep: number(step), funnelStepBreakdown: value },
    cohort: { interval: number(row), breakdown: value },
    slots: { series: number(series), day: bucket, compare },
    status: { day: bucket, status },
    edge: { pathStartKey: source, pathEndKey: target, pathDropoffKey: undefined },
    correlation: { name: correlation ?? '', converted: converted !== 'false' },
  }
}

/** Breakdown values are sent as JSON, which keeps the text "1" apart from the number 1. */
const readBreakdown = (text: string): unknown =>
  readJson('breakdown', text, () => invalid('breakdown', 'This must be JSON: a text, a number or a list.'))

function readInstant(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) throw invalid('at', 'This is no instant.')
  return instant
}

const PARAMETERS: Readonly<Record<string, string>> = {
  source__day: 'bucket',
  source__interval: 'row',
  source__funnelStep: 'step',
  source__funnelStepBreakdown: 'breakdown',
}

/** Throws the error with the name of the request's parameter in place of the node's field. */
function asParameter(error: unknown): never {
  if (!(error instanceof ApiError) || !error.attr?.startsWith('source__')) throw error
  throw invalid(PARAMETERS[error.attr] ?? error.attr.replace('source__', ''), error.detail, error.code)
}

/** The cached result under a key of Redis. Asks the leader if the replica does not have it yet. */
async function findEntry(services: Services, key: string): Promise<CacheEntry | undefined> {
  const text = await services.redis.get<string>(key)
  return unpackEntry(text ?? (await readLeader(services, [key]))[0])
}
