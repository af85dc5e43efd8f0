/** Sessions, which Postgres computes from their events (migrations/0032_more.sql). */

import { entryProperty, type SessionProperty, sessionPropertyType } from '../../catalog/sessions.ts'
import { assert } from '../../core/assert.ts'
import { column, value } from '../../tree/build.ts'
import type { PropertyRead } from '../../tree/expr.ts'
import { and, call, compare, type Expr, isNull, type Join, not, type Select, type Source } from './physical.ts'
import { ofProject, stored } from './stored.ts'

/** Property -> column of `session_rows`. */
const COLUMNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $session_duration: 'duration',
    duration: 'duration',
    $pageview_count: 'pageviews',
    $autocapture_count: 'autocaptures',
    $screen_count: 'screens',
    $is_bounce: 'bounced',
    $channel_type: 'channel',
    $num_uniq_urls: 'url_count',
    $start_timestamp: 'start_at',
    $end_timestamp: 'end_at',
    $entry_current_url: 'entry_url',
    $entry_pathname: 'entry_path',
    $entry_hostname: 'entry_host',
    $end_current_url: 'end_url',
    $end_pathname: 'end_path',
    $end_hostname: 'end_host',
    $exit_current_url: 'end_url',
    $exit_pathname: 'end_path',
    $exit_hostname: 'end_host',
    $last_external_click_url: 'external_url',
    $vitals_lcp: 'lcp',
  } satisfies Record<SessionProperty, string>),
)

/** The session of the number, one of those of the source; its columns are null if there is none. */
export function sessionJoin(session: Expr, source: Source, projectId: number): Join {
  const { alias } = source
  const where = and(ofProject(alias, projectId), compare(column(alias, 'session'), '=', session))
  return {
    // a query of its own for each session, so that it is computed from the events of that one
    source: { kind: 'guarded', source, where, one: true, alias },
    on: value(true, 'boolean'),
    left: true,
  }
}

/** The column of a session's row that has its own property, or the one that it has of its first event. */
export function sessionColumn(alias: string, name: string, timezone: string): Expr {
  const own = COLUMNS.get(name)
  return own ? column(alias, own) : sessionRead(alias, { key: name, type: 'text' }, timezone)
}

/**
 * The sessions that can have started at the instants for which the condition holds: those with an event there. They are found
 * first, so that the others are not computed. Undefined if the condition says nothing of the start.
 */
export function sessionsOf(alias: string, condition: Expr | undefined, projectId: number): Expr | undefined {
  const bounds = (condition?.kind === 'and' ? condition.args : condition ? [condition] : []).flatMap((test) => {
    const isStart = test.kind === 'compare' && test.left.kind === 'column' && test.left.table === alias
    if (!isStart || test.left.name !== '$start_timestamp' || test.right.kind !== 'value') return []
    return test.op === '!=' ? [] : [compare(column('events', 'ts'), test.op, test.right)]
  })
  if (!bounds.some(({ op }) => op !== '<' && op !== '<=')) return undefined
  const session = column('events', 'session')
  const query: Select = {
    kind: 'select',
    columns: [{ expr: session, as: 'session' }],
    from: stored('events'),
    where: and(ofProject('events', projectId), not(isNull(session)), ...bounds),
    groupBy: [session],
  }
  return { kind: 'inQuery', expr: column(alias, 'session'), query }
}

/** A text that is read as another type. */
function readAs(text: Expr, type: PropertyRead['type'], timezone: string): Expr {
  switch (type) {
    case 'text':
      return text
    case 'float':
      return call('parseNumber', text)
    case 'int':
      return call('parseWhole', text)
    case 'boolean':
      return call('parseBoolean', text)
    case 'instant':
      return call('parseInstant', text, value(timezone, 'text'))
    default:
      return type satisfies never
  }
}

/** A property of the session that `sessionJoin` joins. `timezone`: that of texts that name none. */
export function sessionRead(
  session: string,
  { key, type }: Pick<PropertyRead, 'key' | 'type'>,
  timezone: string,
): Expr {
  const name = COLUMNS.get(key)
  if (name) {
    const read = column(session, name)
    if (sessionPropertyType(key) !== 'text') return type === 'text' ? call('toText', read) : read
    return readAs(read, type, timezone)
  }
  const entry = entryProperty(key)
  assert(entry, `sessions have no property ${key}`)
  return { kind: 'jsonRead', json: column(session, 'entry'), key: entry, type, timezone }
}
