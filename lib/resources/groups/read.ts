/** Groups and their types, as capture described them. */
import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import * as definitions from '../../store/definitions.ts'
import * as store from '../../store/persons.ts'
import type { ProjectCtx } from '../ctx.ts'
import { int32 } from '../fields.ts'
import { type Page, uncountedPageOf } from '../page.ts'

export const groupsQuery = z.object({ group_type_index: int32, search: z.optional(z.string().check(z.maxLength(400))) })
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

/** One page of the groups of a type. A search counts as a computation. Throws 429 above the limit of computations. */
export async function listGroups(
  ctx: ProjectCtx<KeyActor>,
  { group_type_index: typeIndex, search, page }: z.infer<typeof groupsQuery> & { readonly page: Page },
) {
  const { services, project } = ctx
  if (search) await requireCapacity(services, limiterOf(ctx))
  const filter = { typeIndex, search: search || undefined }
  return uncountedPageOf(await store.listGroups(services.db, project.id, filter, page), page)
}

/** One group by its type and key. Throws 404 if there is none. */
export async function findGroup(
  { services, project }: ProjectCtx<KeyActor>,
  { group_type_index: typeIndex, group_key: key }: z.infer<typeof groupQuery>,
) {
  const [row] = await store.listGroups(services.db, project.id, { typeIndex, key }, { limit: 1, offset: 0 })
  if (!row) throw notFound()
  return row
}
