-- What a listing of actors shows of one. Called for the rows of a page only.
create function person_json(p_project int4, p_person int4) returns jsonb language sql stable as $$
  select jsonb_build_object('id', p.uuid, 'properties', p.properties, 'is_identified', p.is_identified,
           'created_at', to_char(p.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           'distinct_ids', array_to_json(array(select d.distinct_id from distinct_ids d
             where d.project = p.project and d.person = p.id order by d.id limit 100)))
    from persons p where p.project = p_project and p.id = p_person
$$
--> statement-breakpoint
create function group_json(p_project int4, p_group int4) returns jsonb language sql stable as $$
  select jsonb_build_object('id', g.group_key, 'type', 'group', 'group_key', g.group_key,
           'group_type_index', g.group_type_index, 'properties', g.properties, 'group_properties', g.properties,
           'created_at', to_char(g.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    from groups g where g.project = p_project and g.id = p_group
$$
--> statement-breakpoint
-- The text of what stands at a path of JSON text; null where there is nothing, and for a text that is no JSON.
create function json_text(p_json text, variadic p_path text[]) returns text language plpgsql immutable parallel safe as $$
begin
  return p_json::jsonb #>> p_path;
exception when others then
  return null;
end
$$
