import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { readId } from '../../core/ids.ts'
import * as store from '../../store/cohorts.ts'
import { type CohortRow, findCohort } from '../../store/cohorts.ts'
import type { ProjectCtx } from '../ctx.ts'
import type { Listed, Page } from '../page.ts'
import { presentCohort } from './present.ts'

export const cohortsQuery = z.object({ search: z.optional(z.string().check(z.maxLength(400))) })

export interface CohortRef {
  readonly cohort: string
}

/** One page of the cohorts whose names contain `search`, by id, and the number of all that match. */
export async function listCohorts(
  { services, project }: ProjectCtx<KeyActor>,
  { search, page }: z.infer<typeof cohortsQuery> & { readonly page: Page },
): Promise<Listed<ReturnType<typeof presentCohort>>> {
  const { rows, count } = await store.listCohorts(services.db, project.id, search || undefined, page)
  return { items: rows.map(presentCohort), count }
}

/** A cohort as the API shows it. Throws 404 if it does not exist or is deleted. */
export const readCohort = async (ctx: ProjectCtx<KeyActor>, ref: CohortRef) =>
  presentCohort(await requireCohort(ctx, ref))

/** The row of a cohort. Throws 404 if it does not exist, or is deleted and `withDeleted` is not set. */
export async function requireCohort(
  { services, project }: ProjectCtx,
  { cohort }: CohortRef,
  { withDeleted = false }: { readonly withDeleted?: boolean } = {},
): Promise<CohortRow> {
  const id = readId(cohort)
  const row = id === undefined ? undefined : await findCohort(services.db, project.id, id)
  if (!row || (row.deleted && !withDeleted)) throw notFound()
  return row
}
