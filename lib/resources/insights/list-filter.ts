/** The parameters of `GET insights/` -> the typed conditions of the store. */
import * as z from 'zod/mini'
import { granteeOf, isAdmin } from '../../access/levels.ts'
import { invalid, permissionDenied } from '../../core/errors.ts'
import { MAX_INT, readId } from '../../core/ids.ts'
import { readJson, textOf } from '../../core/input.ts'
import { notAChoice } from '../../core/nearest.ts'
import { readDate } from '../../plan/dates.ts'
import {
  type Between,
  INSIGHT_COLUMNS,
  type InsightFilter,
  type InsightKindFilter,
  type InsightOrder,
} from '../../store/insight-page.ts'
import type { ReaderCtx } from '../ctx.ts'
import { bool, text } from '../fields.ts'
import { readParameters } from './schemas.ts'

export const listParameters = z.extend(readParameters, {
  short_id: z.optional(z.string()),
  created_by: z.optional(z.string()),
  saved: z.optional(bool),
  favorited: z.optional(bool),
  user: z.optional(z.string()),
  search: z.optional(text(400)),
  insight: z.optional(z.string()),
  date_from: z.optional(z.string()),
  date_to: z.optional(z.string()),
  dashboards: z.optional(z.string()),
  tags: z.optional(z.string()),
  order: z.optional(z.string()),
  feature_flag: z.optional(text(400)),
  last_viewed_date_from: z.optional(z.string()),
  last_viewed_date_to: z.optional(z.string()),
  admin_include_all: z.optional(bool),
})
export type ListParameters = z.infer<typeof listParameters>

/**
 * Throws 400 with `attr` if a parameter cannot be read. A link sees its own insight alone, a viewer those that the token
 * names, or those of a dashboard that it names; 403 for parameters about what a viewer does not see. Admins see hidden insights if
 * they ask for all of them, or for one by its short id.
 */
export function readFilter(ctx: ReaderCtx, parameters: ListParameters): InsightFilter {
  const { actor } = ctx
  const creators = readCreators(parameters.created_by)
  const own = actor.kind === 'key' ? [actor.userId] : []
  return {
    ...visibility(ctx, parameters),
    shortId: parameters.short_id || undefined,
    createdBy: parameters.user === undefined ? creators : own.filter((id) => creators?.includes(id) ?? true),
    saved: parameters.saved,
    favorited: parameters.favorited,
    search: parameters.search || undefined,
    kind: parameters.insight ? readKind(parameters.insight) : undefined,
    modified: readBetween(ctx, parameters, 'date_from', 'date_to'),
    dashboards: readDashboards(parameters.dashboards),
    tags: readTags(parameters.tags),
    featureFlag: parameters.feature_flag || undefined,
    lastViewed: readBetween(ctx, parameters, 'last_viewed_date_from', 'last_viewed_date_to'),
  }
}

function visibility({ actor, project }: ReaderCtx, parameters: ListParameters) {
  const { short_id, admin_include_all, from_dashboard: dashboard } = parameters
  if (actor.kind === 'link') return { visibleTo: 'everything', id: actor.insightId } as const
  if (actor.kind === 'viewer') {
    const hidden = (['created_by', 'user', 'feature_flag'] as const).find((name) => parameters[name] !== undefined)
    if (hidden) throw permissionDenied(`The viewer token does not allow this. ${hidden}: not shown, and not asked for.`)
    if (!dashboard) return { visibleTo: 'everything', named: actor.insights } as const
    return { visibleTo: 'everything', onDashboard: { id: readId(dashboard) ?? 0, named: actor.dashboards } } as const
  }
  const seesAll = (short_id || admin_include_all) && isAdmin(actor, project.organizationId)
  return { visibleTo: seesAll ? 'everything' : granteeOf(actor, project.organizationId) } as const
}

/** The name of a column, `-` before it for the highest first. Throws 400 `order` if there is no such column. */
export function readOrder(order = 'order'): InsightOrder {
  const descending = order.startsWith('-')
  const name = descending ? order.slice(1) : order
  const column = INSIGHT_COLUMNS.find((known) => known === name)
  if (!column) throw invalid('order', `Cannot order by "${order}". The columns are: ${INSIGHT_COLUMNS.join(', ')}.`)
  return { column, descending }
}

type DateParameter = 'date_from' | 'date_to' | 'last_viewed_date_from' | 'last_viewed_date_to'

function readBetween(
  { services, project }: ReaderCtx,
  parameters: ListParameters,
  from: DateParameter,
  to: DateParameter,
): Between {
  const read = (name: DateParameter) => {
    const date = parameters[name]
    if (!date) return undefined
    return (
      readDate(date, { ...project, now: services.now() }, name)
        .at.toUTC()
        .toISO() ?? undefined
    )
  }
  return { after: read(from), before: read(to) }
}

export const noSuchUser = () =>
  invalid('created_by', 'Select a valid choice. That choice is not one of the available choices.', 'invalid_choice')

/** One id, or a JSON list of them; undefined for an empty list. Throws 400 `created_by` for anything else. */
export function readCreators(given: string | undefined): number[] | undefined {
  if (!given) return undefined
  const id = readId(given)
  const ids = id !== undefined ? [id] : parseList('created_by', given)
  if (!ids.every(isInt32)) throw noSuchUser()
  return ids.length > 0 ? ids : undefined
}

const isInt32 = (id: unknown): id is number => Number.isInteger(id) && Math.abs(id as number) <= MAX_INT

/** Kinds by the words of legacy filters. */
const KINDS: ReadonlyMap<string, InsightKindFilter> = new Map<string, InsightKindFilter>([
  ['SQL', 'sql'],
  ['JSON', 'json'],
  ...['Trends', 'Funnels', 'Retention', 'Paths', 'Stickiness', 'Lifecycle'].map((name) => {
    const legacy = name.toUpperCase()
    return [legacy, { node: `${name}Query`, legacy }] as const
  }),
])

function readKind(insight: string): InsightKindFilter {
  const kind = KINDS.get(insight.toUpperCase())
  if (!kind) throw invalid('insight', notAChoice(insight, [...KINDS.keys()]), 'invalid_choice')
  return kind
}

function readDashboards(given: string | undefined): number[] | undefined {
  if (!given) return undefined
  const ids = parseList('dashboards', given)
  if (!ids.every(isInt32)) throw invalid('dashboards', 'This must be a JSON list of ids.')
  return ids.length > 0 ? ids : undefined
}

function readTags(given: string | undefined): string[] | undefined {
  if (!given) return undefined
  const tags = parseList('tags', given).map((tag) => {
    const name = textOf(tag)
    if (name === undefined) throw invalid('tags', 'This must be a JSON list of names.')
    return name.trim().toLowerCase()
  })
  return tags.length > 0 ? tags : undefined
}

const MAX_LIST = 1_000

function parseList(attr: string, json: string): unknown[] {
  const refusal = () => invalid(attr, `This must be a JSON list of ${MAX_LIST} items at most.`)
  const list = readJson(attr, json, refusal)
  if (!Array.isArray(list) || list.length > MAX_LIST) throw refusal()
  return list
}
