import { catalogued } from './table.ts'

/** What was computed for the project, how long it took and for whom. */
export const RUNS = catalogued({
  name: 'system.runs',
  columns: {
    id: 'int',
    started: 'instant',
    duration_ms: 'float',
    kind: 'text',
    query: 'text',
    insight: 'int',
    source: 'text',
    status: 'text',
    rows: 'float',
    team_id: 'int',
  },
  hidden: ['team_id'],
  nullable: ['query', 'insight', 'rows'],
  key: ['id'],
})
