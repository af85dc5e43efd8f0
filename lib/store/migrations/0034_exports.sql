-- Rows of exports that are under way: written by one statement, read in pages, gone when the file is sent. Nothing of them
-- needs to outlive the server.
create unlogged table export_rows (
  export uuid not null,
  n int4 not null,
  cells jsonb not null,
  created_at timestamptz not null default now(),
  primary key (export, n)
)
--> statement-breakpoint
create index export_rows_by_age on export_rows using brin (created_at)
--> statement-breakpoint
-- The rows after the n-th: up to p_rows, and no more than p_characters of text beyond the first.
create function export_page(p_export uuid, p_after int4, p_rows int4, p_characters int4)
returns table (n int4, cells jsonb) language sql stable as $$
  select page.n, page.cells
    from (select r.n, r.cells, sum(length(r.cells::text)) over (order by r.n) as characters
            from (select e.n, e.cells from export_rows e
                   where e.export = p_export and e.n > p_after order by e.n limit p_rows) r) page
   where page.characters <= p_characters or page.n = p_after + 1
   order by page.n
$$
