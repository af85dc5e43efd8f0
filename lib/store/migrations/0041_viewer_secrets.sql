-- What a customer's own server signs the tokens of its viewers with (docs/viewers.md).
create table viewer_secrets (
  -- the `kid` of a token: vs_<project>_<random>
  id text primary key,
  project_id int4 not null references projects on delete cascade,
  label text not null default '',
  secret text not null,
  created_at timestamptz not null default now(),
  created_by int4 references users on delete set null
)
--> statement-breakpoint
create index viewer_secrets_by_project on viewer_secrets (project_id)
