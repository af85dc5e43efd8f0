/**
 * Insights that are refreshed without being asked for. A turn is one refresh: it is due, sent, and ended by whoever
 * carried it out, which makes the next one. A message of a turn that has ended changes nothing. A trigger keeps the
 * schedule of an insight as its `refresh_interval`, its query and `deleted` are; those that are kept warm have no
 * interval (`every` is null), and a budget.
 */
import { eq, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Project } from '../core/project.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects } from './schema.ts'
import { chooseWarm } from './warm.ts'

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
  /** Insights that were read in the last so many milliseconds are kept warm. */
  readonly readWithinMs: number
  /** Turns of warm insights that a project has in an hour; it keeps as many insights warm. */
  readonly warmPerHour: number
}

/**
 * Takes the turns that are to be sent, and marks them as sent: the first of each project before the second of any, those
 * with an interval before warm ones, of these those that were read most recently. Who calls at the same time gets others.
 */
export async function takeTurns(db: NeonHttpDatabase, options: TakeTurns): Promise<Turn[]> {
  const { now, aheadMs, lostAfterMs, limit, perProject, readWithinMs, warmPerHour } = options
  const isDue = sql`s.due_at <= ${at(now.getTime() + aheadMs)}
    and (s.sent_at is null or greatest(s.sent_at, s.due_at) < ${at(now.getTime() - lostAfterMs)})`
  const hour = sql`date_trunc('hour', ${at(now)}, 'UTC')`
  const [, { rows }] = await db.batch([
    chooseWarm(db, at(now), at(now.getTime() - readWithinMs), warmPerHour),
    db.execute<Turn & Record<string, unknown>>(sql`
      with ranked as (
        select s.insight_id, s.project_id, s.due_at, s.every is null as warm,
               row_number() over (partition by s.project_id, s.every is null
                                  order by s.read_at desc nulls last, s.due_at, s.insight_id) as place
          from refresh_schedules s where ${isDue}
      ), chosen as (
        select r.insight_id from ranked r left join warm_turns w on w.project_id = r.project_id and w.hour = ${hour}
         where r.place <= case when r.warm then ${warmPerHour}::int4 - coalesce(w.turns, 0) else ${perProject}::int4 end
         order by r.warm, r.place, r.due_at limit ${limit}::int4
      ), taken as (
        select s.insight_id from refresh_schedules s join chosen on chosen.insight_id = s.insight_id
         where ${isDue} order by s.insight_id for update of s skip locked
      ), sent as (
        update refresh_schedules s set sent_at = ${at(now)} from taken where s.insight_id = taken.insight_id
        returning s.*
      ), counted as (
        insert into warm_turns as w (project_id, hour, turns)
        select project_id, ${hour}, count(*) from sent where every is null group by project_id order by project_id
        on conflict (project_id) do update
           set turns = excluded.turns + case when w.hour = excluded.hour then w.turns else 0 end, hour = excluded.hour
      )
      select ${COLUMNS} from sent s order by s.due_at, s.insight_id`),
  ])
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

export interface EndTurn extends Pick<TakeTurns, 'now' | 'aheadMs'> {
  /** When the next turn of a warm insight is due: milliseconds. */
  readonly warmDueAt: number
}

/**
 * Ends a turn that has not ended yet. The next one is due an interval later, intervals that have passed meanwhile left
 * out. Returns the next turn, marked as sent, if it is due within `aheadMs`; one of a warm insight waits for the cron.
 */
export async function endTurn(
  db: NeonHttpDatabase,
  { insightId, turn }: Turn,
  { now, aheadMs, warmDueAt }: EndTurn,
): Promise<Turn | undefined> {
  const passed = sql`greatest(0, floor(extract(epoch from ${at(now)} - due_at) / every))`
  const { rows } = await db.execute<Turn & Record<string, unknown>>(sql`
    with next as (
      select insight_id, case when every is null then ${at(warmDueAt)}
                              else due_at + make_interval(secs => (every * (${passed} + 1))::float8) end as due_at
        from refresh_schedules where insight_id = ${insightId}::int4 and turn = ${turn}::int8 for update
    ), ended as (
      update refresh_schedules s
         set turn = nextval('refresh_turns'), due_at = next.due_at,
             sent_at = case when every is not null and next.due_at <= ${at(now.getTime() + aheadMs)} then ${at(now)} end
        from next where s.insight_id = next.insight_id
      returning s.*
    )
    select ${COLUMNS} from ended s where s.sent_at is not null`)
  return rows[0]
}
