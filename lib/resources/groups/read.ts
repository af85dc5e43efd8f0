/** Groups and their types, as capture described them. */
import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { groupOwner } from '../../nodes/filter.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import * as definitions from '../../store/definitions.ts'
import type { ProjectCtx } from '../ctx.ts'
import { int32 } from '../fields.ts'
import type { Page } from '../page.ts'
import { findActor, listActors, listParameters, readActorFilter } from '../persons/list-actors.ts'

export const groupsQuery = z.object({ group_type_index: int32, ...listParameters })
export const groupQuery = z.object({
  group_type_index: int32,
  group_key: z.string().check(z.minLength(1)).check(z.maxLength(1_000)),
})

export async function listGroupTypes({ services, project }: ProjectCtx<KeyActor>) {
  const rows = await definitions.listGroupTypes(services.db, project.id)
  return rows.map((row) => ({
    group_type: row.group_type,
    group_type_index: row.group_type_index,
    name_singular: null,
    name_plural: null,
    detail_dashboard: null,
    default_columns: null,
    created_at: row.created_at,
  }))
}

/** A group as queries show one. */
interface GroupCell {
  readonly group_type_index: number
  readonly group_key: string
  readonly group_properties: Readonly<Record<string, unknown>>
  readonly created_at: string
}

const presentGroup = ({ cell }: { readonly cell: GroupCell }) => ({
  group_type_index: cell.group_type_index,
  group_key: cell.group_key,
  group_properties: cell.group_properties,
  created_at: cell.created_at,
})

/**
 * One page of the groups of a type that were described, newest first unless asked otherwise. A search for a text or
 * properties counts as a computation. Throws 400 if a parameter cannot be read, 429 above the limit of computations.
 */
export async function listGroups(
  ctx: ProjectCtx<KeyActor>,
  { page, ...parameters }: z.infer<typeof groupsQuery> & { readonly page: Page },
) {
  const { group_type_index: index, search, properties } = parameters
  const of = groupOwner(index, 'group_type_index')
  const filter = readActorFilter(properties, { of })
  if (search || properties) await requireCapacity(ctx.services, limiterOf(ctx))
  const list = { of, filter, choice: { part: search || null } }
  const { items, ...places } = await listActors<GroupCell>(ctx, list, parameters, page)
  return { results: items.map(presentGroup), ...places }
}

/** One group that was described, by its type and key. Throws 404 if there is none. */
export async function findGroup(
  ctx: ProjectCtx<KeyActor>,
  { group_type_index: index, group_key: key }: z.infer<typeof groupQuery>,
) {
  const of = groupOwner(index, 'group_type_index')
  const group = await findActor<GroupCell>(ctx, { of, choice: { ids: [key] } })
  if (!group) throw notFound()
  return presentGroup(group)
}
