-- Partial results: rows that the events of a range give, at a version of the days that the range lies in. All of it may be
-- deleted at any time.
create table partial_series (
  project int4 not null,
  series uuid not null,
  used date not null,
  primary key (project, series)
)
--> statement-breakpoint
create table partials (
  project int4 not null,
  series uuid not null,
  "from" timestamptz not null,
  "to" timestamptz not null,
  version int8 not null,
  ints int4[],
  ints_2 int4[],
  texts text[],
  numbers float8[],
  numbers_2 float8[],
  numbers_3 float8[],
  numbers_4 float8[],
  numbers_5 float8[],
  primary key (project, series, "from", "to")
)
--> statement-breakpoint
-- Numbers hardly become smaller, and are read more often than written.
alter table partials alter column ints set storage external, alter column ints_2 set storage external,
  alter column numbers set storage external, alter column numbers_2 set storage external, alter column numbers_3 set storage external,
  alter column numbers_4 set storage external, alter column numbers_5 set storage external
--> statement-breakpoint
create index partial_series_by_use on partial_series (used)
--> statement-breakpoint
create aggregate id_union(int4[]) (sfunc = _int_union, stype = int4[], initcond = '{}')
