import type { SqlPointPlan } from '../plan/points/sql.ts'
import { call, column, compare, table } from '../tree/build.ts'
import type { Select } from '../tree/relation.ts'

/** A row for each person whose id is in the first column of the query, in the column `actor`. */
export function buildSqlActors({ query, isText }: SqlPointPlan): Select {
  const given = column('given', 'c0')
  const id = column('persons', 'id')
  const actor = isText ? id : given
  return {
    kind: 'select',
    columns: [{ expr: actor, as: 'actor' }],
    from: { kind: 'query', alias: 'given', query },
    ...(isText ? { joins: [{ source: table('persons'), on: compare(call('toText', id), '=', given) }] } : {}),
    groupBy: [actor],
  }
}
