/** Which insights are kept warm: those behind a link that is on or on a dashboard, which somebody read lately. */
import { type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { insights } from './schema.ts'

/** A statement that notes, at most once an hour, that somebody reads the insight that `where` names. */
export const noteRead = (db: NeonHttpDatabase, where: SQL | undefined) =>
  db.execute(sql`
    insert into insight_reads as r (insight_id, read_at) select ${insights.id}, now() from insights where ${where}
    on conflict (insight_id) do update set read_at = now() where r.read_at < now() - interval '1 hour'`)

/**
 * A statement that gives turns to the insights that are to be kept warm since `since`, the `perProject` of each project
 * that were read most recently, and takes those of the others away. A new one is due now.
 */
export const chooseWarm = (db: NeonHttpDatabase, now: SQL, since: SQL, perProject: number) =>
  db.execute(sql`
    with read as (
      select insight_id, max(at) as read_at from (
        select insight_id, read_at as at from insight_reads where read_at > ${since}
        union all select insight_id, last_viewed_at from insight_views where last_viewed_at > ${since}
        union all select t.insight_id, d.last_accessed_at from dashboards d
          join dashboard_tiles t on t.dashboard_id = d.id and t.deleted is not true and t.insight_id is not null
         where d.last_accessed_at > ${since} and not d.deleted
      ) reads group by insight_id
    ), shown as (
      select i.id, i.project_id, read_at, row_number() over (partition by i.project_id order by read_at desc, i.id) as place
        from read join insights i on i.id = read.insight_id
       where not i.deleted and i.refresh_interval is null
         and (exists (select from sharing_configurations c where c.insight_id = i.id and c.enabled)
              or exists (select from dashboard_tiles t join dashboards d on d.id = t.dashboard_id and not d.deleted
                          where t.insight_id = i.id and t.deleted is not true))
    ), wanted as (select * from shown where place <= ${perProject}::int4
    ), unwanted as (
      delete from refresh_schedules s where s.every is null and not exists (select from wanted w where w.id = s.insight_id)
    )
    insert into refresh_schedules as s (insight_id, project_id, due_at, read_at)
    select id, project_id, ${now}, read_at from wanted order by id
    on conflict (insight_id) do update set read_at = excluded.read_at
     where s.every is null and s.read_at is distinct from excluded.read_at`)
