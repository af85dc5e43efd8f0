-- When a piece was made, and what a series takes: null until somebody has looked.
alter table partials add column made date not null default current_date
--> statement-breakpoint
alter table partial_series add column bytes int8
--> statement-breakpoint
alter table partial_series add column looked_at date
--> statement-breakpoint
create index partial_series_by_look on partial_series (looked_at nulls first)
--> statement-breakpoint
drop index partial_series_by_use
--> statement-breakpoint
-- Pieces go with their series.
create function drop_partials() returns trigger language plpgsql as $$
begin
  delete from partials where project = old.project and series = old.series;
  return null;
end
$$
--> statement-breakpoint
create trigger drop_partials after delete on partial_series for each row execute function drop_partials()
