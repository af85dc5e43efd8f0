/** The first of the events that a range may start with, for those who see some events alone. */
import type { QueryContext, QueryNames } from '../plan/context.ts'
import { alwaysTrue, and, call, column, compare, table, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'

/** Before it no range starts, whatever the clock of a device said. */
const START = '1980-01-01T00:00:00Z'

const timestamp = column('events', 'timestamp')

/** Its column `first`: seconds since 1970, null if there is no such event. Null if the range starts with none. */
export function buildFirstEvent({ earliestOf, actions }: QueryNames, context: QueryContext): Select | null {
  if (!earliestOf) return null
  const steps = actions.flatMap((id) => context.actions.get(id)?.steps ?? [])
  const names = [...earliestOf, ...steps.map(({ event }) => event ?? null)]
  const known = names.filter((name) => name !== null)
  const ofNames: Expr =
    known.length < names.length
      ? alwaysTrue
      : { kind: 'in', expr: column('events', 'event'), list: { kind: 'list', values: known, type: 'text' } }
  return {
    kind: 'select',
    columns: [{ expr: call('epoch', call('min', timestamp)), as: 'first' }],
    from: table('events'),
    where: and(ofNames, compare(timestamp, '>=', value(START, 'instant'))),
  }
}
