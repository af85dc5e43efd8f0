-- A statement that is planned for the values of each call copies the batch several times, and batches are large: the plans of
-- capture are made once. Its look-ups take the index of a whole key, whatever the values are (0016_event_identity.sql).
create or replace function capture_dictionary(p_project int4, p_names jsonb) returns int4[] language plpgsql as $$
declare
  ids int4[];
  missing int4[];
  full_keys text[];
  added record;
begin
  select array_agg(coalesce(id, 0) order by i),
         array_agg(i::int4 order by (v ->> 0) collate "C", (v ->> 1) collate "C") filter (where id is null)
    into ids, missing
    from (select i, v, (select d.id from dictionary d
                         where d.project = p_project and d.key = v ->> 0 and d.value = v ->> 1) as id
            from jsonb_array_elements(p_names) with ordinality as n(v, i)) known;
  if missing is null then
    return coalesce(ids, '{}');
  end if;
  full_keys := array(select 'p:' || s.property_key from property_slots s
                      where s.project = p_project and s.value_count >= 50000);
  with inserted as (
    insert into dictionary (project, key, value)
    select p_project, p_names -> (i - 1) ->> 0, p_names -> (i - 1) ->> 1
      from unnest(missing) with ordinality as m(i, n)
     where (p_names -> (i - 1) ->> 0) <> all (full_keys)
     order by n
    on conflict do nothing
    returning key
  )
  update property_slots s set value_count = s.value_count + c.n
    from (select key, count(*)::int4 as n from inserted where key like 'p:%' group by key) c
   where s.project = p_project and 'p:' || s.property_key = c.key;
  for added in
    select i, (select d.id from dictionary d where d.project = p_project and d.key = p_names -> (i - 1) ->> 0
                  and d.value = p_names -> (i - 1) ->> 1) as id
      from unnest(missing) i
  loop
    ids[added.i] := coalesce(added.id, 0);
  end loop;
  return ids;
end
$$
--> statement-breakpoint
create or replace function capture(p_project int4, p_batch jsonb) returns jsonb language plpgsql
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
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
  -- a release that knows six slots says nothing of the others
  knows_all constant boolean := jsonb_array_length(p_batch -> 'events' -> 0) > 15;
begin
  select timezone, config_version into zone, version from projects where id = p_project;
  if not found then
    raise exception 'project % is not known', p_project using errcode = 'EH001';
  end if;
  names := capture_dictionary(p_project, p_batch -> 'dict');
  -- -1 is a value that is not coded
  names[0] := 0;
  if jsonb_array_length(p_batch -> 'groupTypes') > 0 then
    select g.type_indexes, g.group_ids into type_indexes, group_ids
      from capture_groups(p_project, p_batch -> 'groupTypes', p_batch -> 'groupKeys') g;
  end if;
  perform create_ids(p_project, p_batch -> 'ids', not has_merges);
  select l.id_ids, l.person_ids into id_ids, person_ids
    from lock_persons(p_project, p_batch -> 'ids', has_merges, has_changes) l;

  -- what is there already changes nothing; by the uuid first (offset 0): of a name there are many
  if jsonb_array_length(p_batch -> 'props') + jsonb_array_length(p_batch -> 'groupSets') > 0 then
    select array_agg(not exists (select from (select e.event, e.distinct_id from events e
                                               where e.project = p_project and e.uuid = (v ->> 0)::uuid offset 0) e
                                  where e.event = names[(v ->> 3)::int4 + 1]
                                    and e.distinct_id = id_ids[(v ->> 2)::int4 + 1]) order by i)
      into is_new from jsonb_array_elements(p_batch -> 'events') with ordinality as r(v, i);
  end if;
  if has_merges or has_changes then
    person_ids := capture_changes(p_project, p_batch, person_ids, is_new);
  end if;

  with rows as materialized (
    select i, (v ->> 1)::timestamptz as ts, person_ids[(v ->> 2)::int4 + 1] as person, id_ids[(v ->> 2)::int4 + 1] as distinct_id,
           names[(v ->> 4)::int4 + 1] as session, nullif(v -> 5, 'null') as groups, names[(v ->> 3)::int4 + 1] as event,
           names[(v ->> 6)::int4 + 1] as slot_0,
           names[(v ->> 7)::int4 + 1] as slot_1,
           names[(v ->> 8)::int4 + 1] as slot_2,
           names[(v ->> 9)::int4 + 1] as slot_3,
           names[(v ->> 10)::int4 + 1] as slot_4,
           names[(v ->> 11)::int4 + 1] as slot_5,
           case when knows_all then names[(v ->> 13)::int4 + 1] else 0 end as slot_6,
           case when knows_all then names[(v ->> 14)::int4 + 1] else 0 end as slot_7,
           case when knows_all then names[(v ->> 15)::int4 + 1] else 0 end as slot_8,
           (v ->> 0)::uuid as uuid, v -> 12 as properties
      from jsonb_array_elements(p_batch -> 'events') with ordinality as r(v, i)
     where is_new is null or is_new[i]
  ), named as (
    select i, max(group_ids[k + 1]) filter (where t = 0) as g0, max(group_ids[k + 1]) filter (where t = 1) as g1,
           max(group_ids[k + 1]) filter (where t = 2) as g2, max(group_ids[k + 1]) filter (where t = 3) as g3,
           max(group_ids[k + 1]) filter (where t = 4) as g4,
           jsonb_object_agg('$group_' || t, key) filter (where t >= 0) as keys
      from (select rows.i, x::int4 as k, p_batch -> 'groupKeys' -> x::int4 -> 1 as key,
                   type_indexes[(p_batch -> 'groupKeys' -> x::int4 ->> 0)::int4 + 1] as t
              from rows, jsonb_array_elements_text(rows.groups) x where rows.groups is not null) members
     group by i
  ), kept as (
    insert into events (ts, project, person, distinct_id, session, group_0, group_1, group_2, group_3, group_4, event,
                        slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6, slot_7, slot_8, uuid, properties)
    select ts, p_project, person, distinct_id, session, g.g0, g.g1, g.g2, g.g3, g.g4, event,
           slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6, slot_7, slot_8, uuid,
           case when g.keys is null then properties else properties || g.keys end
      from rows left join named g on g.i = rows.i
    on conflict do nothing
    returning ts, event, slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6, slot_7, slot_8
  ), counted as (
    insert into bucket_version as b (project, day, event, shard, n, version)
    select p_project, (ts at time zone zone)::date, event, pg_backend_pid() % 4, count(*), 1
      from kept group by 2, 3 order by 2, 3
    on conflict (project, day, event, shard) do update set n = b.n + excluded.n, version = b.version + 1
    returning 0
  )
  select count(*), array_remove(array[case when bool_or(slot_0 = 0) then 0 end, case when bool_or(slot_1 = 0) then 1 end,
           case when bool_or(slot_2 = 0) then 2 end, case when bool_or(slot_3 = 0) then 3 end,
           case when bool_or(slot_4 = 0) then 4 end, case when bool_or(slot_5 = 0) then 5 end,
           case when bool_or(slot_6 = 0) then 6 end, case when bool_or(slot_7 = 0) then 7 end,
           case when bool_or(slot_8 = 0) then 8 end]::int2[], null)
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
