/** `GET persons/` and `GET cohorts/:id/persons/`. */
import * as z from 'zod/mini'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, readId } from '../../core/ids.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import { findPerson, listPersons } from '../../store/persons.ts'
import type { KeyCtx } from '../ctx.ts'
import { presentPerson } from './present-person.ts'
import { readConditions } from './read-conditions.ts'

const MAX_TEXT = 400

export const personParameters = z.object({
  distinct_id: z.optional(z.string().check(z.maxLength(MAX_TEXT))),
  email: z.optional(z.string().check(z.maxLength(MAX_TEXT))),
  search: z.optional(z.string().check(z.maxLength(MAX_TEXT))),
  uuid: z.optional(z.string()),
  cohort: z.optional(z.string()),
  properties: z.optional(z.string()),
})
export type PersonParameters = z.infer<typeof personParameters>

export interface PersonListInput {
  readonly parameters: PersonParameters
  /** The id of the cohort whose persons are listed; replaces the parameter `cohort`. */
  readonly cohort?: number
  readonly page: { readonly limit: number; readonly offset: number }
}

/**
 * One page of the persons with a profile, newest first. A search for an email, a text or properties counts as a
 * computation. Throws 400 if a parameter cannot be read, 429 above the limit of computations.
 */
export async function showPersons(ctx: KeyCtx, { parameters, cohort, page }: PersonListInput) {
  const { services, project } = ctx
  const filter = {
    distinctId: parameters.distinct_id || undefined,
    email: parameters.email || undefined,
    search: parameters.search || undefined,
    uuids: parameters.uuid?.split(',').filter(isUuid),
    cohort: cohort ?? readCohort(parameters.cohort),
    conditions: readConditions(parameters.properties),
  }
  if (filter.search || filter.email || filter.conditions.length > 0) await requireCapacity(services, limiterOf(ctx))
  const rows = await listPersons(services.db, project.id, filter, page)
  return { results: rows.slice(0, page.limit).map(presentPerson), hasMore: rows.length > page.limit }
}

function readCohort(text: string | undefined): number | undefined {
  const id = readId(text)
  if (text && id === undefined) throw invalid('cohort', 'A valid number is required.')
  return id
}

/** One person by id or uuid. Throws 404 if there is none. */
export async function showPerson({ services, project }: KeyCtx, { ref }: { readonly ref: string }) {
  const row = await findPerson(services.db, project.id, ref)
  if (!row) throw notFound()
  return presentPerson(row)
}
