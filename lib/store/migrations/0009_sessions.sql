-- What a session is, from all its events: times, counts, the first and last page, and the properties of the first event.
-- Page views and screens come before any other event.
create function session_values(p_project int4, p_session int4)
returns table (duration float8, start_at timestamptz, end_at timestamptz, pageviews float8, autocaptures float8,
               screens float8, entry_url text, end_url text, entry_path text, end_path text, entry_host text, end_host text,
               entry jsonb)
language sql stable as $$
  select s.duration, s.start_at, s.end_at, s.pageviews, s.autocaptures, s.screens, s.entry_url, s.end_url,
         substring(s.entry_url from '^[^:]+://[^/?#]+([^?#]*)'), substring(s.end_url from '^[^:]+://[^/?#]+([^?#]*)'),
         substring(s.entry_url from '^[^:]+://([^/?#:]+)'), substring(s.end_url from '^[^:]+://([^/?#:]+)'), s.entry
    from (
      select extract(epoch from date_trunc('second', max(e.ts)) - date_trunc('second', min(e.ts)))::float8 as duration,
             min(e.ts) as start_at, max(e.ts) as end_at,
             count(*) filter (where n.value = '$pageview')::float8 as pageviews,
             count(*) filter (where n.value = '$autocapture')::float8 as autocaptures,
             count(*) filter (where n.value = '$screen')::float8 as screens,
             (array_agg(e.properties ->> '$current_url' order by n.value not in ('$pageview', '$screen'), e.ts)
               filter (where e.properties ->> '$current_url' is not null))[1] as entry_url,
             (array_agg(e.properties ->> '$current_url' order by n.value not in ('$pageview', '$screen'), e.ts desc)
               filter (where e.properties ->> '$current_url' is not null))[1] as end_url,
             (array_agg(e.properties order by n.value not in ('$pageview', '$screen'), e.ts))[1] as entry
        from events e join dictionary n on n.id = e.event
       where e.project = p_project and e.session = p_session
    ) s
$$
