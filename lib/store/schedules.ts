/**
 * Insights that are refreshed without being asked for. A turn is one refresh: it is due, sent, and ended by whoever
 * carried it out, which makes the next one. A message of a turn that has ended changes nothing. A trigger keeps the
 * schedule of an insight as its `refresh_interval`, its query and `deleted` are.
 */
import { eq, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Project } from '../core/project.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects } from './schema.ts'

export interface Turn {
  readonly projectId: number
  readonly insightId: number
  readonly turn: number
  /** Milliseconds. */
  readonly dueAt: number
}

const COLUMNS = sql`s.project_id as "projectId", s.insight_id as "insightId", s.turn::float8 as turn,
  (extract(epoch from s.due_at) * 1000)::float8 as "dueAt"`

const at = (instant: Date | number): SQL => sql`${new Date(instant).toISOString()}::timestamptz`

export interface TakeTurns {
  readonly now: Date
  /** Turns are taken that are due within so many milliseconds. */
  readonly aheadMs: number
  /** A turn that was sent so long ago, and is due for so long, is taken again. */
  readonly lostAfterMs: number
  readonly limit: number
  readonly perProject: number
}

/**
 * Takes the turns that are to be sent, and marks them as sent: the first of each project before the second of any. Who
 * calls at the same time gets others.
 */
export async function takeTurns(db: NeonHttpDatabase, options: TakeTurns): Promise<Turn[]> {
  const { now, aheadMs, lostAfterMs, limit, perProject } = options
  const isDue = sql`due_at <= ${at(now.getTime() + aheadMs)}
    and (sent_at is null or greatest(sent_at, due_at) < ${at(now.getTime() - lostAfterMs)})`
  const { rows } = await db.execute<Turn & Record<string, unknown>>(sql`
    with ranked as (
      select insight_id, due_at, row_number() over (partition by project_id order by due_at, insight_id) as place
        from refresh_schedules where ${isDue}
    ), taken as (
      select s.insight_id from refresh_schedules s
        join (select insight_id from ranked where place <= ${perProject}::int4 order by place, due_at limit ${limit}::int4) r
          on r.insight_id = s.insight_id
       where ${isDue}
       order by s.insight_id for update of s skip locked
    )
    update refresh_schedules s set sent_at = ${at(now)} from taken where s.insight_id = taken.insight_id
    returning ${COLUMNS}`)
  return rows
}

/** Takes back that turns were sent: their messages were not published. */
export async function untakeTurns(db: NeonHttpDatabase, turns: readonly Turn[]): Promise<void> {
  const list = JSON.stringify(turns.map(({ insightId, turn }) => [insightId, turn]))
  await db.execute(sql`
    update refresh_schedules s set sent_at = null from jsonb_array_elements(${list}::jsonb) t
     where s.insight_id = (t ->> 0)::int4 and s.turn = (t ->> 1)::int8`)
}

export interface CurrentTurn {
  readonly project: Project
  readonly insight: InsightRow
}

/** What a turn is for, in one call; undefined if it has ended, or its insight is not refreshed any more. */
export async function findTurn(db: NeonHttpDatabase, { insightId, turn }: Turn): Promise<CurrentTurn | undefined> {
  const current = sql`select insight_id from refresh_schedules where insight_id = ${insightId}::int4 and turn = ${turn}::int8`
  const [[insight], [project]] = await db.batch([
    selectInsights(db).where(sql`${insights.id} = (${current})`),
    selectProjects(db).where(eq(projects.id, sql`(select i.project_id from insights i where i.id = (${current}))`)),
  ])
  if (!insight || insight.deleted || !project) return undefined
  return { insight, project: toProject(project.row, project.slots) }
}

/**
 * Ends a turn that has not ended yet. The next one is due an interval later, intervals that have passed meanwhile left
 * out. Returns the next turn, marked as sent, if it is due within `aheadMs`.
 */
export async function endTurn(
  db: NeonHttpDatabase,
  { insightId, turn }: Turn,
  { now, aheadMs }: Pick<TakeTurns, 'now' | 'aheadMs'>,
): Promise<Turn | undefined> {
  const passed = sql`greatest(0, floor(extract(epoch from ${at(now)} - due_at) / every))`
  const { rows } = await db.execute<Turn & Record<string, unknown>>(sql`
    with next as (
      select insight_id, due_at + make_interval(secs => (every * (${passed} + 1))::float8) as due_at
        from refresh_schedules
       where insight_id = ${insightId}::int4 and turn = ${turn}::int8 and every is not null for update
    ), ended as (
      update refresh_schedules s
         set turn = nextval('refresh_turns'), due_at = next.due_at,
             sent_at = case when next.due_at <= ${at(now.getTime() + aheadMs)} then ${at(now)} end
        from next where s.insight_id = next.insight_id
      returning s.*
    )
    select ${COLUMNS} from ended s where s.sent_at is not null`)
  return rows[0]
}
