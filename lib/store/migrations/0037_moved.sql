-- `bucket_version` tells every change of events: whatever changes rows of `events`, or whom they count for, moves the days
-- and names of these rows in its own transaction. Capture moves those of the rows it adds.
create index bucket_version_by_event on bucket_version (project, event, day)
--> statement-breakpoint
-- The zone that the days of a project are of, which nobody changes before this transaction ends.
create function hold_timezone(p_project int4) returns text language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('edgehog timezone'), p_project);
  return (select timezone from projects where id = p_project);
end
$$
--> statement-breakpoint
-- Waits for all who hold the zone, and keeps it for a change. To be called before the row of the project is locked: who
-- holds the zone may wait for that row.
create function take_timezone(p_project int4) returns void language sql as $$
  select pg_advisory_xact_lock(hashtext('edgehog timezone'), p_project)
$$
--> statement-breakpoint
do $$
declare
  before text := 'select timezone, config_version into zone, version from projects where id = p_project;';
  definition text := pg_get_functiondef('capture(int4, jsonb)'::regprocedure);
begin
  if position(before in definition) = 0 then
    raise exception 'capture does not read the zone where it was expected';
  end if;
  execute replace(definition, before, 'perform hold_timezone(p_project);' || chr(10) || '  ' || before);
end
$$
--> statement-breakpoint
-- Moves are in shards apart from those of capture, which takes all of its rows in one order.
create function move_shard() returns int2 language sql as $$ select (4 + pg_backend_pid() % 12)::int2 $$
--> statement-breakpoint
create function move_days_of_changed() returns trigger language plpgsql as $$
declare
  touched int4;
  zone text;
begin
  for touched in select project from gone union select project from came loop
    zone := hold_timezone(touched);
    -- nobody reads the versions of a project that is gone
    continue when zone is null;
    insert into bucket_version as b (project, day, event, shard, n, version)
    select touched, (ts at time zone zone)::date, event, move_shard(), sum(n), 1
      from (select project, ts, event, -1 as n from gone union all select project, ts, event, 1 from came) moved
     where project = touched group by 2, 3 order by 2, 3
    on conflict (project, day, event, shard) do update set n = b.n + excluded.n, version = b.version + 1;
  end loop;
  return null;
end
$$
--> statement-breakpoint
create trigger move_days_of_changed after update on events
  referencing old table as gone new table as came for each statement execute function move_days_of_changed()
--> statement-breakpoint
create function move_days_of_deleted() returns trigger language plpgsql as $$
declare
  touched int4;
  zone text;
begin
  for touched in select distinct project from gone loop
    zone := hold_timezone(touched);
    continue when zone is null;
    insert into bucket_version as b (project, day, event, shard, n, version)
    select touched, (ts at time zone zone)::date, event, move_shard(), -count(*), 1
      from gone where project = touched group by 2, 3 order by 2, 3
    on conflict (project, day, event, shard) do update set n = b.n + excluded.n, version = b.version + 1;
  end loop;
  return null;
end
$$
--> statement-breakpoint
create trigger move_days_of_deleted after delete on events
  referencing old table as gone for each statement execute function move_days_of_deleted()
--> statement-breakpoint
-- Events of a person in the backlog count for whom it names: from the moment it does, not from when their rows follow.
create function move_days_of_backlog() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  entry person_backlog := case tg_op when 'DELETE' then old else new end;
  zone text := hold_timezone(entry.project);
begin
  insert into bucket_version as b (project, day, event, shard, n, version)
  select entry.project, (ts at time zone zone)::date, event, move_shard(), 0, 1
    from events where project = entry.project and person = entry.from_person and zone is not null group by 2, 3 order by 2, 3
  on conflict (project, day, event, shard) do update set version = b.version + 1;
  return null;
end
$$
--> statement-breakpoint
create trigger move_days_of_backlog after insert or update or delete on person_backlog
  for each row execute function move_days_of_backlog()
--> statement-breakpoint
-- Days of another zone: nothing that was made before is current. A day that had no events may hold some now, as a day is
-- not more than two days away from that of any other zone.
create function move_all_days() returns trigger language plpgsql as $$
begin
  perform take_timezone(new.id);
  insert into bucket_version as b (project, day, event, shard, n, version)
  select distinct new.id, day + shift, event, 4::int2, 0, 1
    from bucket_version, generate_series(-2, 2) shift where project = new.id
  on conflict (project, day, event, shard) do update set version = b.version + 1;
  return new;
end
$$
--> statement-breakpoint
create trigger move_all_days before update of timezone on projects
  for each row when (old.timezone is distinct from new.timezone) execute function move_all_days()
--> statement-breakpoint
create or replace function delete_event_slice(p_limit int4, p_project int4 default null) returns int4 language plpgsql
set enable_seqscan = off as $$
declare
  entry deletion_backlog;
  deleted int4;
begin
  select * into entry from deletion_backlog where p_project is null or project = p_project
   order by project, person limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  delete from events
   where ctid = any (array(select ctid from events where project = entry.project and person = entry.person limit p_limit));
  get diagnostics deleted = row_count;
  if deleted < p_limit then
    delete from deletion_backlog where project = entry.project and person = entry.person;
  end if;
  return greatest(deleted, 1);
end
$$
