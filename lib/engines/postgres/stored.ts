/** The tables of the database that queries of events read (migrations/0002_events.sql), and how logical tables are kept. */

import type { TableName } from '../../catalog/table.ts'
import { column, value } from '../../tree/build.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'
import { compare, type Expr, type StoredSource } from './physical.ts'

export type StoredTable =
  | 'events'
  | 'persons'
  | 'distinct_ids'
  | 'groups'
  | 'cohort_people'
  | 'static_cohort_people'
  | 'session_rows'
  | 'runs'
  | 'person_backlog'
  | 'dictionary'

/** Logical table -> table or view of the database. */
export const TABLES: Readonly<Record<TableName, StoredTable>> = {
  events: 'events',
  persons: 'persons',
  person_distinct_ids: 'distinct_ids',
  groups: 'groups',
  cohort_people: 'cohort_people',
  static_cohort_people: 'static_cohort_people',
  sessions: 'session_rows',
  'system.runs': 'runs',
}

export const STORED_NAMES: ReadonlySet<string> = new Set([...Object.values(TABLES), 'person_backlog', 'dictionary'])

const MEMBERS = new Map([
  ['cohort_id', 'cohort'],
  ['person_id', 'person'],
  ['team_id', 'project'],
])

/** Logical column -> column, for those that hold the value as it is. Ids are numbers. */
export const COLUMNS: Readonly<Record<TableName, ReadonlyMap<string, string>>> = {
  events: new Map([
    ['uuid', 'uuid'],
    ['timestamp', 'ts'],
    ['created_at', 'ts'],
    ['team_id', 'project'],
    ['person_id', 'person'],
    ['$session_id', 'session'],
    ...GROUP_OWNERS.map((group) => [`$${group}`, group] as const),
    ['properties', 'properties'],
  ]),
  persons: new Map([
    ...['id', 'created_at', 'is_identified', 'has_profile', 'properties'].map((name) => [name, name] as const),
    ['number', 'id'],
    ['team_id', 'project'],
  ]),
  person_distinct_ids: new Map([
    ['distinct_id', 'distinct_id'],
    ['person_id', 'person'],
    ['team_id', 'project'],
  ]),
  groups: new Map([
    ['id', 'id'],
    ['number', 'id'],
    ['index', 'group_type_index'],
    ['key', 'group_key'],
    ['created_at', 'created_at'],
    ['properties', 'properties'],
    ['is_identified', 'is_identified'],
    ['team_id', 'project'],
  ]),
  cohort_people: MEMBERS,
  static_cohort_people: MEMBERS,
  sessions: new Map([
    ['id', 'session'],
    ['session_id', 'session'],
    ['team_id', 'project'],
    ['$urls', 'urls'],
  ]),
  'system.runs': new Map([
    ...['id', 'started', 'duration_ms', 'kind', 'query', 'insight', 'source', 'status', 'rows'].map(
      (name) => [name, name] as const,
    ),
    ['team_id', 'project'],
  ]),
}

export const stored = (name: StoredTable, alias: string = name): StoredSource => ({ kind: 'stored', name, alias })

/** The rows of a table of the database are of the project: stands beside every one of them. */
export const ofProject = (alias: string, projectId: number): Expr =>
  compare(column(alias, 'project'), '=', value(projectId, 'int'))
