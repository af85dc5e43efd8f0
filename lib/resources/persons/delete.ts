/** Deleting persons, and their events with them. */
import * as z from 'zod/mini'
import { describeError } from '../../core/describe-error.ts'
import { invalid, notFound, notSupported } from '../../core/errors.ts'
import { isUuid, readId } from '../../core/ids.ts'
import { deleteBacklog } from '../../ingest/backlog.ts'
import * as store from '../../store/person-deletion.ts'
import type { KeyCtx } from '../ctx.ts'
import { bool, isOn, list, text } from '../fields.ts'

/** How long a request deletes events; the cron goes on with the rest. */
const DELETES_MS = 10_000
const MOST_NAMED = 1_000

export const deletionQuery = z.object({
  delete_events: z.optional(z.string()),
  delete_recordings: z.optional(z.string()),
  keep_person: z.optional(z.string()),
})

/**
 * Deletes one person, by id or uuid: its properties, its distinct ids and its memberships, and its events if they are to
 * go, too. Throws 404 if there is none.
 */
export async function deletePerson(
  ctx: KeyCtx,
  { ref, ...query }: z.infer<typeof deletionQuery> & { readonly ref: string },
): Promise<void> {
  const number = readId(ref)
  if (number === undefined && !isUuid(ref)) throw notFound()
  if (isOn(query.keep_person)) throw keepsPerson()
  const named = number === undefined ? { uuids: [ref] } : { ids: [number] }
  if ((await deleteNamed(ctx, named, isOn(query.delete_events))) === 0) throw notFound()
}

export const bulkDeletionBody = z.object({
  ids: z.optional(list(text(200), MOST_NAMED)),
  distinct_ids: z.optional(list(text(400), MOST_NAMED)),
  delete_events: z.optional(bool),
  delete_recordings: z.optional(bool),
  keep_person: z.optional(bool),
})

/** Deletes up to 1,000 persons, by uuid or by distinct id; names that nobody has are passed over. */
export async function deleteManyPersons(ctx: KeyCtx, body: z.infer<typeof bulkDeletionBody>): Promise<void> {
  const { ids, distinct_ids: distinctIds } = body
  if (!ids && !distinctIds) throw invalid(null, 'You need to specify either distinct_ids or ids.')
  if (body.keep_person) throw keepsPerson()
  const numbers = (ids ?? []).flatMap((id) => readId(id) ?? [])
  const named = { ids: numbers, uuids: (ids ?? []).filter(isUuid), distinctIds: distinctIds ?? [] }
  await deleteNamed(ctx, named, body.delete_events ?? false)
}

const keepsPerson = () => notSupported('keep_person', 'Deleting the events of a person that stays')

async function deleteNamed({ services, project }: KeyCtx, named: store.NamedPersons, events: boolean): Promise<number> {
  const deleted = await store.deletePersons(services.db, project.id, named, { events })
  if (deleted > 0 && events)
    await deleteBacklog(services.engine.within(DELETES_MS), DELETES_MS, project.id).catch(leaveToCron)
  return deleted
}

/** The persons are gone, and which events are to go is written down. */
const leaveToCron = (error: unknown) => console.warn('The cron deletes the rest of the events.', describeError(error))
