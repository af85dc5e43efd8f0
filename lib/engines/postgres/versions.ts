/** Versions of days and names: whether anything of what a query reads has moved (docs/architecture.md "Events in Postgres"). */
import type { Statement } from '../../core/statement.ts'
import type { Reads } from '../reads.ts'

/** The first and the last day that the instants of the parameters lie in, as days of the project's zone. */
const DAYS = `select coalesce(($2::timestamptz at time zone p.timezone)::date, '-infinity') as first,
    coalesce((($3::timestamptz - interval '1 microsecond') at time zone p.timezone)::date, 'infinity') as last
  from projects p where p.id = $1`

const OF_NAMES = `select coalesce(sum(b.version), 0)::float8 as version from (${DAYS}) days,
  jsonb_array_elements_text($4::jsonb) name join dictionary d on d.project = $1 and d.key = '$event' and d.value = name,
  lateral (select sum(version) as version from bucket_version
    where project = $1 and event = d.id and day between days.first and days.last) b`

const OF_ALL = `select coalesce(sum(b.version), 0)::float8 as version from (${DAYS}) days,
  lateral (select sum(version) as version from bucket_version
    where project = $1 and day between days.first and days.last) b`

/**
 * A row with the column `version`: the sum of the versions of all days and names that are read. It only grows, and grows
 * with each change of any of these events; so the same sum later means that they are the same.
 */
export const versionOf = (projectId: number, { names, from, to }: Reads): Statement =>
  names === null
    ? { text: OF_ALL, params: [projectId, from, to] }
    : { text: OF_NAMES, params: [projectId, from, to, JSON.stringify(names)] }
