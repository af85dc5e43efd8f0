/**
 * Sessions of some of their events. Of all of them the database has a view, `session_rows` (migrations/0032_more.sql), whose
 * text this is with other events; a test holds them together.
 */

const ROWS = `select s.project, s.session, s.start_at, s.end_at, extract(epoch from date_trunc('second', s.end_at) - date_trunc('second', s.start_at))::float8 as duration,
       s.pageviews, s.autocaptures, s.screens, s.entry_url, s.end_url, s.entry, s.distinct_id, s.external_url, s.lcp,
       coalesce(s.urls, '{}') as urls, cardinality(coalesce(s.urls, '{}'))::float8 as url_count,
       substring(s.entry_url from '^[^:]+://[^/?#]+([^?#]*)') as entry_path, substring(s.end_url from '^[^:]+://[^/?#]+([^?#]*)') as end_path,
       substring(s.entry_url from '^[^:]+://([^/?#:]+)') as entry_host, substring(s.end_url from '^[^:]+://([^/?#:]+)') as end_host,
       case when s.pageviews + s.autocaptures + s.screens > 0 then s.pageviews + s.autocaptures + s.screens = 1
         and date_trunc('second', s.end_at) - date_trunc('second', s.start_at) < interval '10 seconds' end as bounced,
       channel_type(s.entry) as channel
  from (
    select e.project, e.session, min(e.ts) as start_at, max(e.ts) as end_at,
           count(*) filter (where n.value = '$pageview')::float8 as pageviews,
           count(*) filter (where n.value = '$autocapture')::float8 as autocaptures,
           count(*) filter (where n.value = '$screen')::float8 as screens,
           (array_agg(e.properties ->> '$current_url' order by n.value not in ('$pageview', '$screen'), e.ts)
             filter (where e.properties ->> '$current_url' is not null))[1] as entry_url,
           (array_agg(e.properties ->> '$current_url' order by n.value not in ('$pageview', '$screen'), e.ts desc)
             filter (where e.properties ->> '$current_url' is not null))[1] as end_url,
           (array_agg(e.properties order by n.value not in ('$pageview', '$screen'), e.ts))[1] as entry,
           (array_agg(e.distinct_id order by e.ts desc))[1] as distinct_id,
           (array_agg(e.properties ->> '$external_click_url' order by e.ts desc)
             filter (where e.properties ->> '$external_click_url' <> ''))[1] as external_url,
           (array_agg(property_number(e.properties -> '$web_vitals_LCP_value') order by e.ts)
             filter (where property_number(e.properties -> '$web_vitals_LCP_value') is not null))[1] as lcp,
           array_agg(distinct e.properties ->> '$current_url')
             filter (where n.value in ('$pageview', '$screen') and e.properties ->> '$current_url' <> '') as urls`

/** `events`: a query of `project`, `session`, `ts`, `event`, `properties` and `distinct_id` of events. */
export const sessionRows = (events: string): string => `${ROWS}
      from (${events}) e left join dictionary n on n.id = e.event
     where e.session is not null
     group by e.project, e.session
  ) s`
