-- Seconds; null: the insight is refreshed when somebody asks.
alter table insights add column refresh_interval int4 check (refresh_interval >= 60)
--> statement-breakpoint
create sequence refresh_turns
--> statement-breakpoint
-- Insights that are refreshed without being asked for: those with an interval (`every`), and those that are kept warm
-- (null). A turn is one refresh; whoever ends it makes the next one. `sent_at`: when its message was published.
create table refresh_schedules (
  insight_id int4 primary key references insights on delete cascade,
  project_id int4 not null references projects on delete cascade,
  every int4,
  turn int8 not null default nextval('refresh_turns'),
  due_at timestamptz not null,
  sent_at timestamptz
)
--> statement-breakpoint
create index refresh_schedules_by_time on refresh_schedules (due_at)
--> statement-breakpoint
create function keep_refresh_schedule() returns trigger language plpgsql as $$
begin
  if new.deleted then
    delete from refresh_schedules where insight_id = new.id;
    return null;
  end if;
  if new.refresh_interval is null then
    delete from refresh_schedules where insight_id = new.id and every is not null;
  else
    insert into refresh_schedules as s (insight_id, project_id, every, due_at)
    values (new.id, new.project_id, new.refresh_interval, now())
    on conflict (insight_id) do update
       set every = excluded.every, turn = nextval('refresh_turns'), sent_at = null,
           due_at = case when s.every is null then now()
                         else greatest(now(), s.due_at + make_interval(secs => excluded.every - s.every)) end
     where s.every is distinct from excluded.every;
  end if;
  if tg_op = 'UPDATE' and (new.query::text is distinct from old.query::text
                           or new.filters::text is distinct from old.filters::text) then
    update refresh_schedules set due_at = now(), turn = nextval('refresh_turns'), sent_at = null where insight_id = new.id;
  end if;
  return null;
end
$$
--> statement-breakpoint
create trigger keep_refresh_schedule after insert or update of refresh_interval, deleted, query, filters on insights
  for each row execute function keep_refresh_schedule()
--> statement-breakpoint
-- When somebody read an insight; noted at most once an hour, by a read that asks the database anyway.
create table insight_reads (
  insight_id int4 primary key references insights on delete cascade,
  read_at timestamptz not null
)
--> statement-breakpoint
create index insight_reads_by_time on insight_reads (read_at)
--> statement-breakpoint
create index insight_views_by_time on insight_views (last_viewed_at)
--> statement-breakpoint
create index dashboards_by_access on dashboards (last_accessed_at)
--> statement-breakpoint
-- How many turns of warm insights a project has had in an hour.
create table warm_turns (
  project_id int4 primary key references projects on delete cascade,
  hour timestamptz not null,
  turns int4 not null
)
--> statement-breakpoint
-- Hooks of a project have no insight.
alter table refresh_hooks alter column insight_id drop not null
--> statement-breakpoint
create index refresh_hooks_by_project on refresh_hooks (project_id) where insight_id is null
