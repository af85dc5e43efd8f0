/** Days whose events were changed by somebody else than capture. */
import type { Project } from '../../core/project.ts'
import type { ChangedDays, Run, RunOptions } from '../engine.ts'

/** `Engine.moveDays`. In one order, as capture moves them, and in the shards of moves. */
const MOVE_DAYS = `
insert into bucket_version as b (project, day, event, shard, n, version)
select $1::int4, day, d.id, move_shard(), 0, 1
  from jsonb_array_elements_text($2::jsonb) e(name)
  join dictionary d on d.project = $1::int4 and d.key = '$event' and d.value = e.name
 cross join (select distinct x::date as day from jsonb_array_elements_text($3::jsonb) x) days
 group by day, d.id order by day, d.id
on conflict (project, day, event, shard) do update set version = b.version + 1`

export async function moveDays(
  run: Run,
  project: Project,
  { days, events }: ChangedDays,
  options: RunOptions,
): Promise<void> {
  const params = [project.id, JSON.stringify(events), JSON.stringify(days)]
  await run([{ text: MOVE_DAYS, params }], options)
}
