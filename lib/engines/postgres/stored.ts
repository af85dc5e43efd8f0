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
  | 'person_backlog'
  | 'dictionary'

/** Logical table -> table of the database. Sessions are computed from their events. */
export const TABLES: Readonly<Record<TableName, StoredTable | null>> = {
  events: 'events',
  persons: 'persons',
  person_distinct_ids: 'distinct_ids',
  groups: 'groups',
  cohort_people: 'cohort_people',
  sessions: null,
}

export const STORED_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(TABLES).filter((name) => name !== null),
  'person_backlog',
  'dictionary',
])

/** Logical column -> column, for those that hold the value as it is. Ids are numbers. */
export const COLUMNS: Readonly<Record<TableName, ReadonlyMap<string, string>>> = {
  events: new Map([
    ['uuid', 'uuid'],
    ['timestamp', 'ts'],
    ['person_id', 'person'],
    ['$session_id', 'session'],
    ...GROUP_OWNERS.map((group) => [`$${group}`, group] as const),
    ['properties', 'properties'],
  ]),
  persons: new Map(['id', 'created_at', 'is_identified', 'has_profile', 'properties'].map((name) => [name, name])),
  person_distinct_ids: new Map([
    ['distinct_id', 'distinct_id'],
    ['person_id', 'person'],
  ]),
  groups: new Map([
    ['id', 'id'],
    ['index', 'group_type_index'],
    ['key', 'group_key'],
    ['created_at', 'created_at'],
    ['properties', 'properties'],
  ]),
  cohort_people: new Map([
    ['cohort_id', 'cohort'],
    ['person_id', 'person'],
  ]),
  sessions: new Map(),
}

export const stored = (name: StoredTable, alias: string = name): StoredSource => ({ kind: 'stored', name, alias })

/** The rows of a table of the database are of the project: stands beside every one of them. */
export const ofProject = (alias: string, projectId: number): Expr =>
  compare(column(alias, 'project'), '=', value(projectId, 'int'))
