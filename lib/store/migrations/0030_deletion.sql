-- The events of a deleted person that were kept name the distinct id: its row stays whoever else is deleted.
alter table distinct_ids add column has_former_events boolean not null default false
--> statement-breakpoint
-- Persons who are gone, and whose events go in slices.
create table deletion_backlog (
  project int4 not null,
  person int4 not null,
  primary key (project, person)
)
--> statement-breakpoint
-- Deletes a person: properties, distinct ids and memberships at once, events, if they go as well, by `delete_event_slice`.
-- Events that are kept count for a person without a profile, who has no distinct id: the next event of one is somebody new.
create function delete_person(p_project int4, p_person int4, p_events boolean) returns void language plpgsql
set enable_seqscan = off as $$
declare
  own persons;
begin
  select * into own from persons where project = p_project and id = p_person for update;
  if not found then
    return;
  end if;
  with gone as (delete from cohort_people where project = p_project and person = p_person returning cohort)
  update cohorts set count = greatest(count - 1, 0) from gone where cohorts.id = gone.cohort;
  if p_events then
    -- whoever was merged into the person may have events that have not moved yet
    with merged as (delete from person_backlog where project = p_project and to_person = p_person returning from_person)
    insert into deletion_backlog (project, person)
    select p_project, from_person from merged union all select p_project, p_person
    on conflict do nothing;
    delete from distinct_ids where project = p_project and person = p_person and not has_former_events;
    delete from persons where id = p_person;
  else
    update distinct_ids set has_former_events = true where project = p_project and person = p_person;
    update persons set properties = '{}', is_identified = false, has_profile = false where id = p_person;
  end if;
  -- each of the ids that are left is one person, as if it had never been merged
  insert into persons (project, uuid, created_at)
  select p_project, person_uuid(p_project, d.distinct_id), now()
    from distinct_ids d where d.project = p_project and d.person = p_person
  on conflict do nothing;
  update distinct_ids d set person = p.id from persons p
   where d.project = p_project and d.person = p_person
     and p.project = p_project and p.uuid = person_uuid(p_project, d.distinct_id) and not p.has_profile and p.id <> d.person;
end
$$
--> statement-breakpoint
-- Deletes up to p_limit events of deleted persons, of one project or of any; returns how many went or ended, 0 when nothing
-- is left.
create function delete_event_slice(p_limit int4, p_project int4 default null) returns int4 language plpgsql
set enable_seqscan = off as $$
declare
  entry deletion_backlog;
  zone text;
  deleted int4;
begin
  select * into entry from deletion_backlog where p_project is null or project = p_project
   order by project, person limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  select timezone into zone from projects where id = entry.project;
  with gone as (
    delete from events
     where ctid = any (array(select ctid from events where project = entry.project and person = entry.person limit p_limit))
    returning ts, event
  ), counted as (
    insert into bucket_version as b (project, day, event, shard, n, version)
    select entry.project, (ts at time zone zone)::date, event, pg_backend_pid() % 4, -count(*), 1
      from gone group by 2, 3 order by 2, 3
    on conflict (project, day, event, shard) do update set n = b.n + excluded.n, version = b.version + 1
    returning 0
  )
  select count(*) into deleted from gone;
  if deleted < p_limit then
    delete from deletion_backlog where project = entry.project and person = entry.person;
  end if;
  return greatest(deleted, 1);
end
$$
--> statement-breakpoint
create or replace function lock_persons(p_project int4, p_ids jsonb, p_merges boolean, p_changes boolean, out id_ids int4[], out person_ids int4[])
language plpgsql as $$
declare
  locked int4[] := '{}';
begin
  loop
    select array_agg(known[1] order by i), array_agg(known[2] order by i) into id_ids, person_ids
      from (select i, (select array[d.id, d.person] from distinct_ids d
                        where d.project = p_project and d.distinct_id = v ->> 0) as known
              from jsonb_array_elements(p_ids) with ordinality as n(v, i)) each;
    if array_position(person_ids, null) is not null then
      raise exception 'an id was deleted meanwhile' using errcode = 'serialization_failure';
    end if;
    exit when person_ids <@ locked;
    if p_merges then
      perform from persons where id = any (person_ids) order by id for update;
    elsif p_changes then
      perform from persons where id = any (person_ids) order by id for no key update;
    else
      perform from persons where id = any (person_ids) order by id for key share;
    end if;
    locked := person_ids;
  end loop;
end
$$
--> statement-breakpoint
-- Lists of events of any name, the newest first.
create index events_by_time on events (project, ts)
