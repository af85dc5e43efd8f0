/** `GET events/values`: the values that events of the last week have most often. */
import * as z from 'zod/mini'
import { parseEvents } from '../../nodes/events-query/parse.ts'
import { EventsQuery } from '../../nodes/events-query/wire.ts'
import { parseNodePart } from '../../nodes/schema.ts'
import { answerNow } from '../../refresh/compute.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import type { EventsResult } from '../../shape/events-query.ts'
import { forcedOf, type KeyCtx } from '../ctx.ts'

const MOST_VALUES = 10

export const valueParameters = z.object({
  key: z.string().check(z.minLength(1)).check(z.maxLength(400)),
  value: z.optional(z.string().check(z.maxLength(400))),
})

/** Names of events for the key `custom_event`, else values of the property. Counts as a computation. Throws 429. */
export async function listValues(ctx: KeyCtx, { key, value }: z.infer<typeof valueParameters>) {
  const { services, project } = ctx
  const isName = key === 'custom_event'
  const of = isName ? { type: 'event_metadata', key: 'event' } : { type: 'event', key }
  const wire = {
    kind: 'EventsQuery',
    select: [isName ? 'event' : `properties['${key.replace(/[\\']/g, '\\$&')}']`, 'count()'],
    properties: [{ ...of, operator: 'is_set' }, ...(value ? [{ ...of, operator: 'icontains', value }] : [])],
    after: '-7d',
    limit: MOST_VALUES,
  }
  await requireCapacity(services, limiterOf(ctx))
  const node = parseEvents(parseNodePart(EventsQuery, wire, []), [])
  const { results } = (await answerNow(services, project, node, forcedOf(ctx))) as EventsResult
  return results.map(([name]) => ({ name }))
}
