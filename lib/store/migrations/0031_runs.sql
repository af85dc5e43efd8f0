-- What was computed for a project, how long it took and for whom: the last thousand of each.
create table runs (
  id int8 generated always as identity primary key,
  project int4 not null,
  started timestamptz not null,
  duration_ms float8 not null,
  kind text not null,
  query text,
  insight int4,
  source text not null,
  status text not null,
  rows float8
)
--> statement-breakpoint
create index runs_by_project on runs (project, id)
--> statement-breakpoint
create function note_runs(p_runs jsonb) returns void language plpgsql as $$
declare
  of_project int4;
begin
  insert into runs (project, started, duration_ms, kind, query, insight, source, status, rows)
  select (v ->> 'project')::int4, (v ->> 'started')::timestamptz, (v ->> 'duration_ms')::float8, v ->> 'kind', v ->> 'query',
         (v ->> 'insight')::int4, v ->> 'source', v ->> 'status', (v ->> 'rows')::float8
    from jsonb_array_elements(p_runs) v;
  for of_project in select distinct (v ->> 'project')::int4 from jsonb_array_elements(p_runs) v loop
    delete from runs where project = of_project
      and id <= (select id from runs where project = of_project order by id desc offset 1000 limit 1);
  end loop;
end
$$
