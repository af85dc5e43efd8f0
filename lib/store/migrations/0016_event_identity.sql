-- An event is the same as another when uuid, name and distinct id are. Both indexes hold on the rows there are.
create unique index events_by_identity on events (project, uuid, event, distinct_id)
--> statement-breakpoint
drop index events_by_uuid
--> statement-breakpoint
-- Whatever a request writes is looked up by a key, and connections keep the plans of a function's statements: one that
-- was made while the tables were empty, or had no statistics, must not read them whole when they are large. So each
-- look-up is a scalar subquery, which takes the index of the whole key; a join or `exists` may become a hash of a table.
create or replace function capture_dictionary(p_project int4, p_names jsonb) returns int4[] language plpgsql as $$
declare
  ids int4[];
  added boolean;
begin
  select array_agg(coalesce(id, 0) order by i), coalesce(bool_or(id is null), false) into ids, added
    from (select i, (select d.id from dictionary d
                      where d.project = p_project and d.key = v ->> 0 and d.value = v ->> 1) as id
            from jsonb_array_elements(p_names) with ordinality as n(v, i)) known;
  if not added then
    return coalesce(ids, '{}');
  end if;
  with inserted as (
    insert into dictionary (project, key, value)
    select p_project, v ->> 0, v ->> 1
      from jsonb_array_elements(p_names) with ordinality as n(v, i)
     where ids[i] = 0
       and not exists (select from property_slots s
                        where s.project = p_project and 'p:' || s.property_key = v ->> 0 and s.value_count >= 50000)
     order by (v ->> 0) collate "C", (v ->> 1) collate "C"
    on conflict do nothing
    returning key
  )
  update property_slots s set value_count = s.value_count + c.n
    from (select key, count(*)::int4 as n from inserted where key like 'p:%' group by key) c
   where s.project = p_project and 'p:' || s.property_key = c.key;
  select array_agg(case when ids[i] > 0 then ids[i] else coalesce((select d.id from dictionary d
           where d.project = p_project and d.key = v ->> 0 and d.value = v ->> 1), 0) end order by i) into ids
    from jsonb_array_elements(p_names) with ordinality as n(v, i);
  return ids;
end
$$
--> statement-breakpoint
create or replace function capture_groups(p_project int4, p_types jsonb, p_keys jsonb, out type_indexes int2[], out group_ids int4[])
language plpgsql as $$
begin
  if exists (select from jsonb_array_elements_text(p_types) t
              where not exists (select from group_types g where g.project = p_project and g.group_type = t)) then
    perform pg_advisory_xact_lock(hashtext('edgehog group types'), p_project);
    insert into group_types (project, group_type_index, group_type)
    select p_project, known.n + row_number() over (order by t.i) - 1, t.v
      from jsonb_array_elements_text(p_types) with ordinality as t(v, i),
           (select count(*) as n from group_types g where g.project = p_project) known
     where not exists (select from group_types g where g.project = p_project and g.group_type = t.v)
     order by t.i
     limit greatest(0, 5 - (select count(*) from group_types g where g.project = p_project));
  end if;
  -- a sixth type has no index: -1
  select array_agg(coalesce(g.group_type_index, -1) order by t.i) into type_indexes
    from jsonb_array_elements_text(p_types) with ordinality as t(v, i)
    left join group_types g on g.project = p_project and g.group_type = t.v;
  insert into groups (project, group_type_index, group_key, created_at)
  select p_project, type_indexes[(v ->> 0)::int4 + 1], v ->> 1, (v ->> 2)::timestamptz
    from jsonb_array_elements(p_keys) v
   where type_indexes[(v ->> 0)::int4 + 1] >= 0
     and (select g.id from groups g where g.project = p_project
             and g.group_type_index = type_indexes[(v ->> 0)::int4 + 1] and g.group_key = v ->> 1) is null
   order by type_indexes[(v ->> 0)::int4 + 1], (v ->> 1) collate "C"
  on conflict do nothing;
  select array_agg(coalesce((select g.id from groups g where g.project = p_project
           and g.group_type_index = type_indexes[(v ->> 0)::int4 + 1] and g.group_key = v ->> 1), 0) order by i) into group_ids
    from jsonb_array_elements(p_keys) with ordinality as k(v, i);
end
$$
--> statement-breakpoint
create or replace function capture_definitions(p_project int4, p_definitions jsonb, p_group_types jsonb, p_type_indexes int2[])
returns boolean language plpgsql as $$
declare
  typed boolean;
begin
  insert into event_definitions (project, name)
  select p_project, v from jsonb_array_elements_text(p_definitions -> 'events') v
   where (select e.last_seen_at > now() - interval '1 hour' from event_definitions e
           where e.project = p_project and e.name = v) is not true
   order by v collate "C"
  on conflict (project, name) do update set last_seen_at = excluded.last_seen_at;
  insert into event_properties (project, event, property)
  select p_project, v ->> 0, v ->> 1 from jsonb_array_elements(p_definitions -> 'eventProperties') v
   where (select true from event_properties e
           where e.project = p_project and e.event = v ->> 0 and e.property = v ->> 1) is null
   order by (v ->> 0) collate "C", (v ->> 1) collate "C"
  on conflict do nothing;
  with seen as (
    select (v ->> 0)::int2 as type,
           case when v ->> 1 is null then -1::int2 else p_type_indexes[array_position(
             array(select jsonb_array_elements_text(p_group_types)), v ->> 1)] end as group_type_index,
           v ->> 2 as name, v ->> 3 as property_type
      from jsonb_array_elements(p_definitions -> 'properties') v
  ), changed as (
    insert into property_definitions as d (project, type, group_type_index, name, property_type)
    select p_project, type, group_type_index, name, property_type from seen s
     where (type <> 3 or group_type_index >= 0)
       and (select d.property_type is not null or s.property_type is null from property_definitions d
             where d.project = p_project and d.type = s.type and d.group_type_index = s.group_type_index
               and d.name = s.name) is not true
     order by type, group_type_index, name collate "C"
    on conflict (project, type, group_type_index, name)
      do update set property_type = excluded.property_type
      where d.property_type is null and excluded.property_type is not null
    returning property_type
  )
  select coalesce(bool_or(property_type is not null), false) into typed from changed;
  return typed;
end
$$
--> statement-breakpoint
create or replace function create_ids(p_project int4, p_ids jsonb, p_profiles boolean) returns void language plpgsql as $$
declare
  missing int4[];
  made int4[];
  kept int4;
begin
  select array_agg(i::int4 order by (v ->> 0) collate "C") into missing
    from jsonb_array_elements(p_ids) with ordinality as n(v, i)
   where (select d.id from distinct_ids d where d.project = p_project and d.distinct_id = v ->> 0) is null;
  if missing is null then
    return;
  end if;
  made := array(select nextval(pg_get_serial_sequence('persons', 'id')) from unnest(missing));
  insert into persons (id, project, uuid, created_at, has_profile)
  select made[n], p_project, person_uuid(p_project, p_ids -> (m - 1) ->> 0),
         coalesce(p_ids -> (m - 1) ->> 3, p_ids -> (m - 1) ->> 2)::timestamptz,
         p_profiles and p_ids -> (m - 1) ->> 1 is not null
    from unnest(missing) with ordinality as u(m, n)
  on conflict do nothing;
  insert into distinct_ids (project, distinct_id, person)
  select p_project, p_ids -> (m - 1) ->> 0, made[n] from unnest(missing) with ordinality as u(m, n)
  on conflict do nothing;
  get diagnostics kept = row_count;
  -- another request made some of these ids at the same time
  if kept < cardinality(missing) then
    delete from persons p where p.id = any (made)
      and not exists (select from distinct_ids d where d.project = p_project and d.person = p.id);
  end if;
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
create or replace function capture(p_project int4, p_batch jsonb) returns jsonb language plpgsql
set enable_seqscan = off set jit = off as $$
declare
  names int4[];
  type_indexes int2[];
  group_ids int4[];
  id_ids int4[];
  person_ids int4[];
  is_new boolean[];
  has_merges boolean := jsonb_array_length(p_batch -> 'merges') > 0;
  has_changes boolean := jsonb_array_length(p_batch -> 'props') > 0
    or exists (select from jsonb_array_elements(p_batch -> 'ids') v where v ->> 1 is not null
                and (select (select p.has_profile from persons p where p.id = d.person) from distinct_ids d
                      where d.project = p_project and d.distinct_id = v ->> 0) is not true);
  zone text;
  version int8;
  new_version int8;
  typed boolean;
  uncoded_slots int2[];
  inserted int4;
begin
  select timezone, config_version into zone, version from projects where id = p_project;
  if not found then
    raise exception 'project % is not known', p_project using errcode = 'EH001';
  end if;
  names := capture_dictionary(p_project, p_batch -> 'dict');
  if jsonb_array_length(p_batch -> 'groupTypes') > 0 then
    select g.type_indexes, g.group_ids into type_indexes, group_ids
      from capture_groups(p_project, p_batch -> 'groupTypes', p_batch -> 'groupKeys') g;
  end if;
  perform create_ids(p_project, p_batch -> 'ids', not has_merges);
  select l.id_ids, l.person_ids into id_ids, person_ids
    from lock_persons(p_project, p_batch -> 'ids', has_merges, has_changes) l;

  -- by the uuid first (offset 0): of a name there are many
  select array_agg(not exists (select from (select e.event, e.distinct_id from events e
                                             where e.project = p_project and e.uuid = (v ->> 0)::uuid offset 0) e
                                where e.event = names[(v ->> 3)::int4 + 1]
                                  and e.distinct_id = id_ids[(v ->> 2)::int4 + 1]) order by i)
    into is_new from jsonb_array_elements(p_batch -> 'events') with ordinality as r(v, i);
  if has_merges or has_changes then
    person_ids := capture_changes(p_project, p_batch, person_ids, is_new);
  end if;

  with rows as materialized (
    select (v ->> 1)::timestamptz as ts, person_ids[(v ->> 2)::int4 + 1] as person, id_ids[(v ->> 2)::int4 + 1] as distinct_id,
           names[(v ->> 4)::int4 + 1] as session, nullif(v -> 5, 'null') as groups, names[(v ->> 3)::int4 + 1] as event,
           case when v ->> 6 = '-1' then 0 else names[(v ->> 6)::int4 + 1] end as slot_0,
           case when v ->> 7 = '-1' then 0 else names[(v ->> 7)::int4 + 1] end as slot_1,
           case when v ->> 8 = '-1' then 0 else names[(v ->> 8)::int4 + 1] end as slot_2,
           case when v ->> 9 = '-1' then 0 else names[(v ->> 9)::int4 + 1] end as slot_3,
           case when v ->> 10 = '-1' then 0 else names[(v ->> 10)::int4 + 1] end as slot_4,
           case when v ->> 11 = '-1' then 0 else names[(v ->> 11)::int4 + 1] end as slot_5,
           (v ->> 0)::uuid as uuid, v -> 12 as properties
      from jsonb_array_elements(p_batch -> 'events') with ordinality as r(v, i)
     where is_new[i]
  ), kept as (
    insert into events (ts, project, person, distinct_id, session, group_0, group_1, group_2, group_3, group_4, event,
                        slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, uuid, properties)
    select ts, p_project, person, distinct_id, session, g.g0, g.g1, g.g2, g.g3, g.g4, event,
           slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, uuid, properties || coalesce(g.keys, '{}')
      from rows
      left join lateral (
        select max(group_ids[k + 1]) filter (where t = 0) as g0, max(group_ids[k + 1]) filter (where t = 1) as g1,
               max(group_ids[k + 1]) filter (where t = 2) as g2, max(group_ids[k + 1]) filter (where t = 3) as g3,
               max(group_ids[k + 1]) filter (where t = 4) as g4,
               jsonb_object_agg('$group_' || t, key) filter (where t >= 0) as keys
          from (select x::int4 as k, p_batch -> 'groupKeys' -> x::int4 -> 1 as key,
                       type_indexes[(p_batch -> 'groupKeys' -> x::int4 ->> 0)::int4 + 1] as t
                  from jsonb_array_elements_text(rows.groups) x) named
      ) g on rows.groups is not null
    on conflict do nothing
    returning ts, event, slot_0, slot_1, slot_2, slot_3, slot_4, slot_5
  ), counted as (
    insert into bucket_version as b (project, day, event, shard, n, version)
    select p_project, (ts at time zone zone)::date, event, pg_backend_pid() % 4, count(*), 1
      from kept group by 2, 3 order by 2, 3
    on conflict (project, day, event, shard) do update set n = b.n + excluded.n, version = b.version + 1
    returning 0
  )
  select count(*), array_remove(array[case when bool_or(slot_0 = 0) then 0 end, case when bool_or(slot_1 = 0) then 1 end,
           case when bool_or(slot_2 = 0) then 2 end, case when bool_or(slot_3 = 0) then 3 end,
           case when bool_or(slot_4 = 0) then 4 end, case when bool_or(slot_5 = 0) then 5 end]::int2[], null)
    into inserted, uncoded_slots from kept;

  if group_ids is not null then
    update groups g set properties = f.properties, is_identified = true,
           created_at = case when g.is_identified then g.created_at else f.ts end
      from (select h.id, min((p_batch -> 'events' -> (v ->> 0)::int4 ->> 1)::timestamptz) as ts,
                   folded_properties(h.properties, v -> 2, '{}', '{}' order by (v ->> 0)::int4) as properties
              from jsonb_array_elements(p_batch -> 'groupSets') v
              join groups h on h.id = group_ids[(v ->> 1)::int4 + 1]
             where is_new[(v ->> 0)::int4 + 1]
             group by 1) f
     where g.id = f.id;
  end if;

  typed := capture_definitions(p_project, p_batch -> 'definitions', p_batch -> 'groupTypes', type_indexes);
  if cardinality(uncoded_slots) > 0 then
    update property_slots set uncoded = true
     where project = p_project and slot = any (uncoded_slots) and not property_slots.uncoded;
    typed := typed or found;
  end if;
  if typed then
    update projects set config_version = config_version + 1 where id = p_project;
  end if;
  select nullif(config_version, version) into new_version from projects where id = p_project;
  return jsonb_build_object('inserted', inserted, 'configVersion', new_version);
end
$$
--> statement-breakpoint
alter function move_person_backlog(int4) set enable_seqscan = off
