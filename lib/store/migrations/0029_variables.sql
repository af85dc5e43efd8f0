-- Values that SQL texts read as {variables.code_name}.
create table insight_variables (
  id uuid primary key default gen_random_uuid(),
  project_id int4 not null references projects (id) on delete cascade,
  name text not null,
  code_name text not null,
  type text not null check (type in ('String', 'Number', 'Boolean', 'List', 'Date')),
  default_value jsonb,
  "values" jsonb,
  created_by int4 references users (id) on delete set null,
  created_at timestamptz not null default now(),
  unique (project_id, code_name)
)
