-- One capture request. lib/ingest/write.ts says what `batch` holds; positions in its lists count from 0.
-- The order is create, lock, merge, insert: any other loses events to dead persons or deadlocks.

create function person_uuid(p_project int4, p_distinct_id text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(p_project || ':' || p_distinct_id) placing '5' from 13) placing '8' from 17)::uuid
$$
--> statement-breakpoint
create function fold_properties(state jsonb, current jsonb, p_set jsonb, p_set_once jsonb, p_unset text[])
returns jsonb language sql immutable as $$
  select ((p_set_once || coalesce(state, current)) || p_set) - p_unset
$$
--> statement-breakpoint
create aggregate folded_properties(jsonb, jsonb, jsonb, text[]) (sfunc = fold_properties, stype = jsonb)
--> statement-breakpoint
create function capture_dictionary(p_project int4, p_names jsonb) returns int4[] language plpgsql as $$
declare
  ids int4[];
  added boolean;
begin
  select array_agg(coalesce(d.id, 0) order by n.i), coalesce(bool_or(d.id is null), false) into ids, added
    from jsonb_array_elements(p_names) with ordinality as n(v, i)
    left join dictionary d on d.project = p_project and d.key = v ->> 0 and d.value = v ->> 1;
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
create function capture_groups(p_project int4, p_types jsonb, p_keys jsonb, out type_indexes int2[], out group_ids int4[])
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
     and not exists (select from groups g where g.project = p_project
                       and g.group_type_index = type_indexes[(v ->> 0)::int4 + 1] and g.group_key = v ->> 1)
   order by type_indexes[(v ->> 0)::int4 + 1], (v ->> 1) collate "C"
  on conflict do nothing;
  select array_agg(coalesce(g.id, 0) order by k.i) into group_ids
    from jsonb_array_elements(p_keys) with ordinality as k(v, i)
    left join groups g on g.project = p_project
      and g.group_type_index = type_indexes[(v ->> 0)::int4 + 1] and g.group_key = v ->> 1;
end
$$
--> statement-breakpoint
-- Folds one person into another. Above 20,000 event rows the ids move now and the rows later (move_person_backlog).
create function fold_person(p_project int4, p_from int4, p_into int4) returns void language plpgsql as $$
begin
  update persons t
     set properties = case when f.has_profile then f.properties || t.properties else t.properties end,
         created_at = case when f.has_profile and t.has_profile then least(f.created_at, t.created_at)
                           when f.has_profile then f.created_at else t.created_at end,
         is_identified = f.is_identified or t.is_identified,
         has_profile = f.has_profile or t.has_profile
    from persons f where f.id = p_from and t.id = p_into;
  update distinct_ids set person = p_into where project = p_project and person = p_from;
  update person_backlog set to_person = p_into where project = p_project and to_person = p_from;
  if (select count(*) from (select from events where project = p_project and person = p_from limit 20001) e) > 20000 then
    insert into person_backlog (project, from_person, to_person) values (p_project, p_from, p_into);
    update projects set config_version = config_version + 1 where id = p_project;
  else
    update events set person = p_into where project = p_project and person = p_from;
  end if;
  delete from persons where id = p_from;
end
$$
--> statement-breakpoint
-- Moves up to p_limit event rows of merged persons; returns how many moved or ended, 0 when nothing is left.
create function move_person_backlog(p_limit int4) returns int4 language plpgsql as $$
declare
  entry person_backlog;
  moved int4;
begin
  select * into entry from person_backlog order by project, from_person limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  update events set person = entry.to_person
   where ctid = any (array(select ctid from events where project = entry.project and person = entry.from_person limit p_limit));
  get diagnostics moved = row_count;
  if moved < p_limit then
    delete from person_backlog where project = entry.project and from_person = entry.from_person;
    update projects set config_version = config_version + 1 where id = entry.project;
  end if;
  return greatest(moved, 1);
end
$$
--> statement-breakpoint
-- Gives a profile to the persons of ids whose first profile event comes before p_before. Positions count from 1.
create function give_profiles(p_ids jsonb, p_persons int4[], p_positions int4[], p_before int4) returns void
language plpgsql as $$
begin
  update persons p set has_profile = true, created_at = f.ts
    from (select p_persons[i] as person, min((p_ids -> (i - 1) ->> 3)::timestamptz) as ts
            from unnest(p_positions) i
           where (p_ids -> (i - 1) ->> 1)::int4 < p_before
           group by 1) f
   where p.id = f.person and not p.has_profile;
end
$$
--> statement-breakpoint
-- Applies property changes, by their positions from 1 in the batch's `props`, in this order.
create function set_person_properties(p_props jsonb, p_persons int4[], p_positions int4[]) returns void
language plpgsql as $$
begin
  update persons p set properties = f.properties
    from (select c.person, folded_properties(q.properties, v -> 2, v -> 3,
                   array(select jsonb_array_elements_text(v -> 4)) order by c.i) as properties
            from (select i, p_props -> (i - 1) as v, p_persons[(p_props -> (i - 1) ->> 1)::int4 + 1] as person
                    from unnest(p_positions) i) c
            join persons q on q.id = c.person
           group by 1) f
   where p.id = f.person and p.properties is distinct from f.properties;
end
$$
--> statement-breakpoint
-- Everything the batch does to its persons, in order; p_persons = the person of each id. Returns the persons after it.
create function capture_changes(p_project int4, p_batch jsonb, p_persons int4[], p_new boolean[]) returns int4[]
language plpgsql as $$
declare
  people int4[] := p_persons;
  -- changes of events that are not new are left out
  waiting int4[];
  ready int4[];
  owners int4[];
  merge jsonb;
  source persons;
  target persons;
begin
  select array_agg(i::int4 order by i) into waiting
    from jsonb_array_elements(p_batch -> 'props') with ordinality as c(v, i) where p_new[(v ->> 0)::int4 + 1];
  for merge in select v from jsonb_array_elements(p_batch -> 'merges') with ordinality as m(v, i) order by i loop
    -- what came before concerns the merge only where it is about these two
    owners := array_positions(people, people[(merge ->> 1)::int4 + 1])
           || array_positions(people, people[(merge ->> 2)::int4 + 1]);
    perform give_profiles(p_batch -> 'ids', people, owners, (merge ->> 0)::int4);
    select array_agg(i order by i) into ready
      from unnest(waiting) i
     where (p_batch -> 'props' -> (i - 1) ->> 0)::int4 < (merge ->> 0)::int4
       and (p_batch -> 'props' -> (i - 1) ->> 1)::int4 + 1 = any (owners);
    if ready is not null then
      perform set_person_properties(p_batch -> 'props', people, ready);
      waiting := array(select i from unnest(waiting) i where i <> all (ready) order by i);
    end if;
    select * into source from persons where id = people[(merge ->> 1)::int4 + 1];
    select * into target from persons where id = people[(merge ->> 2)::int4 + 1];
    -- an identified person is not folded into another one unless the merge is forced
    continue when source.id <> target.id and source.has_profile and target.has_profile
      and source.is_identified and not (merge ->> 3)::boolean;
    if source.id <> target.id and source.has_profile and not target.has_profile then
      perform fold_person(p_project, target.id, source.id);
      people := array_replace(people, target.id, source.id);
      target := source;
    elsif source.id <> target.id then
      perform fold_person(p_project, source.id, target.id);
      people := array_replace(people, source.id, target.id);
    end if;
    update persons set is_identified = true, has_profile = true,
           created_at = case when has_profile then created_at else (merge ->> 4)::timestamptz end
     where id = target.id and not (is_identified and has_profile);
  end loop;
  perform give_profiles(p_batch -> 'ids', people, array(select generate_subscripts(people, 1)), 2147483647);
  if cardinality(waiting) > 0 then
    perform set_person_properties(p_batch -> 'props', people, waiting);
  end if;
  return people;
end
$$
