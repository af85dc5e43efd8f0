/** `POST query/`: one query node, cached and computed as an insight's. */
import * as z from 'zod/mini'
import { type QueryAnswer, refreshQuery } from '../../refresh/answer.ts'
import { limiterOf } from '../../refresh/limits.ts'
import { readWish } from '../../refresh/policy.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import { forcedOf, type KeyCtx } from '../ctx.ts'
import { anything, maxAge, nullable, object, queryId, REFRESH, refreshParameters } from '../fields.ts'
import { checkFilters, narrowQuery } from '../insights/narrowing.ts'

export const runQueryParameters = z.object({
  ...refreshParameters,
})

const NO_QUERY = 'The body has no "query". Send the node inside it: {"query": {"kind": "TrendsQuery", …}}.'

export const runQueryBody = z.object({
  query: anything(NO_QUERY).check(
    z.meta({
      type: 'object',
      description: 'A query node.',
      examples: [
        { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: '$pageview' }] },
        { kind: 'HogQLQuery', query: 'SELECT event, count() AS times FROM events GROUP BY event' },
      ],
    }),
  ),
  refresh: z.optional(z.unknown().check(z.meta({ description: REFRESH }))),
  max_age: z.optional(maxAge),
  async: z.optional(z.unknown().check(z.meta({ description: 'true: as `refresh` async.' }))),
  format: z.optional(
    z
      .unknown()
      .check(z.meta({ description: '`csv` or `jsonl`: all rows of a SQL query or a table of events as a file.' })),
  ),
  client_query_id: z.optional(queryId),
  filters_override: z.optional(
    nullable(object.check(z.meta({ description: 'Dashboard filters that are laid over the query.' }))),
  ),
  variables_override: z.optional(
    nullable(object.check(z.meta({ description: 'Values for variables that the query names, by their ids.' }))),
  ),
})

export interface RunQueryInput {
  readonly query: z.infer<typeof runQueryParameters>
  readonly body: z.infer<typeof runQueryBody>
}

/** The query with what is laid over it. Throws 400 for filters that nobody knows. */
export function askedQuery({ query, filters_override: filters, variables_override: variables }: RunQueryInput['body']) {
  return narrowQuery(query, {
    tile: null,
    filters: filters ? checkFilters(filters, 'filters_override') : null,
    variables: variables ?? null,
  })
}

/** The answer, and the kind of node that it answers. Throws 400 for a node that cannot be computed, and as `refreshQuery`. */
export async function runQuery(
  ctx: KeyCtx,
  { query, body }: RunQueryInput,
): Promise<{ answer: QueryAnswer; kind: string }> {
  const { services, project } = ctx
  const asked = query.refresh ?? body.refresh ?? (body.async === true ? 'async' : undefined)
  const prepared = await prepareQuery(project, askedQuery(body), { now: services.now(), forced: forcedOf(ctx) })
  const answer = await refreshQuery(services, project, prepared, {
    ...readWish('query', { refresh: asked, max_age: query.max_age ?? body.max_age }),
    statusId: body.client_query_id,
    limiter: limiterOf(ctx),
  })
  return { answer, kind: prepared.node.kind }
}
