/** Lists of persons and of groups, on the path of every query (docs/actors.md). */
import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import { MAX_INT } from '../../core/ids.ts'
import { readJson } from '../../core/input.ts'
import type { ActorPlace } from '../../nodes/actors/choice.ts'
import { type ActorsList, actorsOfList } from '../../nodes/actors/list.ts'
import { checkActorFilter } from '../../nodes/actors/node.ts'
import { type NodeGroup, parseFilter } from '../../nodes/filter.ts'
import { Properties, type PropertyFilter, type PropertyGroup } from '../../nodes/property-filter.ts'
import { parseNodePart } from '../../nodes/schema.ts'
import { answerNow } from '../../refresh/compute.ts'
import type { ActorsResult } from '../../shape/actors.ts'
import { forcedOf, type KeyCtx } from '../ctx.ts'
import type { Page } from '../page.ts'

/** The parameters that lists of persons and of groups share. */
export const listParameters = {
  search: z.optional(z.string().check(z.maxLength(400))),
  properties: z.optional(z.string()),
  order: z.optional(z.string()),
  cursor: z.optional(z.string()),
}

/** An actor with what its place in lists is told by. */
interface ListedActor<Cell> {
  readonly cell: Cell
  readonly number: number
}

/** A page of a list, and where the pages around it begin; null if there is none. */
export interface PlacedPage<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
  readonly previous: string | null
}

interface Asked {
  readonly order?: string | undefined
  readonly cursor?: string | undefined
}

/**
 * One page of a list, ordered by when its actors came. Pages that have a cursor neither repeat nor miss an actor, whoever
 * comes meanwhile. Throws 400 naming a parameter that cannot be read, and what computing throws.
 */
export async function listActors<Cell extends { readonly created_at: string }>(
  ctx: KeyCtx,
  list: Pick<ActorsList, 'of' | 'filter' | 'choice'>,
  { order, cursor }: Asked,
  page: Page,
): Promise<PlacedPage<ListedActor<Cell>>> {
  const newestFirst = isNewestFirst(order)
  const { start, isBackward } = readCursor(cursor)
  const { rows, hasMore } = await readActors<Cell>(ctx, {
    ...list,
    choice: { ...list.choice, start },
    newestFirst: newestFirst !== isBackward,
    limit: page.limit,
    offset: start ? 0 : page.offset,
  })
  const items = isBackward ? rows.toReversed() : rows
  const [first, last] = [items.at(0), items.at(-1)]
  return {
    items,
    next: last && (hasMore || isBackward) ? placeOf(last) : null,
    previous: first && start && (hasMore || !isBackward) ? `-${placeOf(first)}` : null,
  }
}

/** The only actor of a choice; undefined if there is none. */
export async function findActor<Cell>(
  ctx: KeyCtx,
  { of, choice }: Pick<ActorsList, 'of' | 'choice'>,
): Promise<ListedActor<Cell> | undefined> {
  const list = { of, choice, filter: EVERYBODY, newestFirst: true, limit: 1, offset: 0 }
  return (await readActors<Cell>(ctx, list)).rows[0]
}

export const EVERYBODY: NodeGroup = { type: 'AND', values: [] }

async function readActors<Cell>(ctx: KeyCtx, list: ActorsList) {
  const { services, project } = ctx
  const node = actorsOfList(list)
  const answer = (await answerNow(services, project, node, forcedOf(ctx))) as ActorsResult
  const rows = answer.results.map(([cell, number]) => ({ cell, number }) as ListedActor<Cell>)
  return { rows, hasMore: answer.hasMore }
}

/**
 * The parameter `properties`: a JSON list or group of filters, by default of the actors' own properties. Throws 400 naming
 * one that cannot be read.
 */
export function readActorFilter(json: string | undefined, { of }: Pick<ActorsList, 'of'>): NodeGroup {
  if (!json) return EVERYBODY
  const value = readJson('properties', json, () => invalid('properties', 'This must be a JSON list of filters.'))
  const isPerson = of === 'person'
  const type = isPerson ? 'person' : 'group'
  const withType = (item: PropertyFilter | PropertyGroup): PropertyFilter | PropertyGroup => {
    if ('values' in item) return { ...item, values: item.values.map(withType) }
    if (item.type && item.type !== type) return item
    return { ...item, type, ...(isPerson ? {} : { group_type_index: item.group_type_index ?? Number(of.at(-1)) }) }
  }
  const properties = parseNodePart(Properties, value, ['properties'])
  const typed = Array.isArray(properties) ? properties.map(withType) : withType(properties)
  const filter = parseFilter(typed as Properties, ['properties'])
  checkActorFilter(filter, of)
  return filter
}

function isNewestFirst(order: string | undefined): boolean {
  if (!order || order === '-created_at') return true
  if (order === 'created_at') return false
  throw invalid('order', 'The order is created_at or -created_at.')
}

const placeOf = ({ cell, number }: ListedActor<{ readonly created_at: string }>): string =>
  `${cell.created_at},${number}`

/** `-`: the page that ends before the place. */
const CURSOR = /^(-?)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z),(\d{1,10})$/

function readCursor(cursor: string | undefined): { start: ActorPlace | null; isBackward: boolean } {
  if (!cursor) return { start: null, isBackward: false }
  const [, back, at = '', digits] = CURSOR.exec(cursor) ?? []
  const number = Number(digits)
  if (Number.isNaN(Date.parse(at)) || !(number <= MAX_INT)) throw invalid('cursor', 'This is no place in a list.')
  return { start: { at, number }, isBackward: back === '-' }
}
