-- The rules that clean the items of paths: [{"regex", "alias"}], applied in their order.
alter table projects add column path_cleaning_filters jsonb not null default '[]'
