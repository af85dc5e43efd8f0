/** Properties of sessions, which Postgres computes from the events of a session (migrations/0009_sessions.sql). */

import { entryProperty, type SessionProperty, sessionPropertyType } from '../../catalog/sessions.ts'
import { assert } from '../../core/assert.ts'
import { column, value } from '../../tree/build.ts'
import type { PropertyRead } from '../../tree/expr.ts'
import { call, type Expr, type Join } from './physical.ts'

/** Property -> column of `session_values`. */
const COLUMNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $session_duration: 'duration',
    $pageview_count: 'pageviews',
    $autocapture_count: 'autocaptures',
    $screen_count: 'screens',
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
  } satisfies Record<SessionProperty, string>),
)

/** The session of the number, joined as `alias`; its columns are null if there is none. */
export const sessionJoin = (session: Expr, alias: string, projectId: number): Join => ({
  source: {
    kind: 'function',
    name: 'session_values',
    args: [value(projectId, 'int'), session],
    alias,
  },
  on: value(true, 'boolean'),
  left: true,
})

/** A property of the session that `sessionJoin` joins. `timezone`: that of texts that name none. */
export function sessionRead(session: string, { key, type }: PropertyRead, timezone: string): Expr {
  const name = COLUMNS.get(key)
  if (name) {
    const read = column(session, name)
    return type === 'text' && sessionPropertyType(key) !== 'text' ? call('toText', read) : read
  }
  const entry = entryProperty(key)
  assert(entry, `sessions have no property ${key}`)
  return { kind: 'jsonRead', json: column(session, 'entry'), key: entry, type, timezone }
}
