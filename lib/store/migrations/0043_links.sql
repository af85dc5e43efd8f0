-- A link opens an insight or a dashboard, as its settings say (docs/embedding.md).
alter table sharing_configurations
  alter column insight_id drop not null,
  add column dashboard_id int4 unique references dashboards on delete cascade,
  add column show_query boolean not null default false,
  -- null: it does not end
  add column expires_at timestamptz,
  -- origins that may frame what it shows; null: any
  add column allowed_ancestors json,
  -- forced filters (docs/viewers.md)
  add column filters json not null default '[]',
  add constraint opens_one check (num_nonnulls(insight_id, dashboard_id) = 1)
