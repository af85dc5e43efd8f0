/** `GET persons/` and `GET cohorts/:id/persons/`. */
import * as z from 'zod/mini'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, readId } from '../../core/ids.ts'
import { allFilters, type NodeGroup } from '../../nodes/filter.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import type { KeyCtx } from '../ctx.ts'
import type { Page } from '../page.ts'
import { EVERYBODY, findActor, listActors, listParameters, readActorFilter } from './list-actors.ts'
import { type PersonCell, presentPerson } from './present-person.ts'

const MAX_TEXT = 400

export const personParameters = z.object({
  ...listParameters,
  distinct_id: z.optional(z.string().check(z.maxLength(MAX_TEXT))),
  email: z.optional(z.string().check(z.maxLength(MAX_TEXT))),
  uuid: z.optional(z.string()),
  cohort: z.optional(z.string()),
})
export type PersonParameters = z.infer<typeof personParameters>

export interface PersonListInput {
  readonly parameters: PersonParameters
  /** The id of the cohort whose persons are listed; replaces the parameter `cohort`. */
  readonly cohort?: number
  readonly page: Page
}

/**
 * One page of the persons with a profile, newest first unless asked otherwise. A search for an email, a text or properties
 * counts as a computation. Throws 400 if a parameter cannot be read or the cohort does not exist, 503 if it is not
 * calculated yet, 429 above the limit of computations.
 */
export async function showPersons(ctx: KeyCtx, { parameters, cohort, page }: PersonListInput) {
  const { distinct_id: distinctId, email, search, uuid, properties } = parameters
  const filters = [
    readActorFilter(properties, { of: 'person' }),
    email ? testOf('email', 'person', email) : EVERYBODY,
    cohortFilter(cohort ?? readCohort(parameters.cohort)),
  ]
  if (search || email || properties) await requireCapacity(ctx.services, limiterOf(ctx))
  const choice = {
    ids: uuid === undefined ? null : uuid.split(',').filter(isUuid),
    distinctId: distinctId || null,
    part: search || null,
  }
  const list = { of: 'person', filter: allFilters(filters), choice } as const
  const { items, ...places } = await listActors<PersonCell>(ctx, list, parameters, page)
  return { results: items.map(presentPerson), ...places }
}

const testOf = (key: string, of: 'person' | 'cohort', value: string | number): NodeGroup => ({
  type: 'AND',
  values: [{ key, of, operator: 'exact', values: [value], attr: of === 'cohort' ? of : key }],
})

const cohortFilter = (id: number | undefined): NodeGroup => (id === undefined ? EVERYBODY : testOf('id', 'cohort', id))

function readCohort(text: string | undefined): number | undefined {
  const id = readId(text)
  if (text && id === undefined) throw invalid('cohort', 'A valid number is required.')
  return id
}

/** One person with a profile, by number or uuid. Throws 404 if there is none. */
export async function showPerson(ctx: KeyCtx, { ref }: { readonly ref: string }) {
  const person = await findPerson(ctx, ref)
  if (!person) throw notFound()
  return presentPerson(person)
}

/** One person with a profile, by number or uuid; undefined if there is none. */
export async function findPerson(ctx: KeyCtx, ref: string) {
  const number = readId(ref)
  if (number === undefined && !isUuid(ref)) return undefined
  const choice = number === undefined ? { ids: [ref] } : { number }
  return await findActor<PersonCell>(ctx, { of: 'person', choice })
}
