-- The members of cohorts whose persons somebody chose.
create view static_cohort_people as
select m.project, m.cohort, m.person from cohort_people m join cohorts c on c.id = m.cohort and c.project_id = m.project where c.is_static
--> statement-breakpoint
-- When a group was last described.
alter table groups add column updated_at timestamptz
--> statement-breakpoint
create function group_updated() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$
--> statement-breakpoint
create trigger group_updated before update of properties on groups for each row
  when (old.properties is distinct from new.properties) execute function group_updated()
--> statement-breakpoint
-- What well-known sites are for; null for any other. A source is named as a site or without its domain.
create function kind_of_site(p_name text) returns text language sql immutable parallel safe as $$
  select case
      when name in ('google', 'bing', 'duckduckgo', 'yahoo', 'search.yahoo', 'baidu', 'yandex', 'ecosia', 'search.brave', 'qwant',
                    'startpage', 'naver', 'ask', 'sogou', 'seznam') then 'Search'
      when name in ('facebook', 'fb', 'm.facebook', 'l.facebook', 'lm.facebook', 'instagram', 'ig', 'l.instagram', 'twitter', 'x', 't.co',
                    'linkedin', 'lnkd.in', 'reddit', 'old.reddit', 'out.reddit', 'pinterest', 'tiktok', 'threads', 'mastodon', 'bsky.app',
                    'snapchat', 'quora', 'news.ycombinator', 'vk', 'weibo') then 'Social'
      when name in ('youtube', 'm.youtube', 'youtu.be', 'vimeo', 'twitch', 'dailymotion') then 'Video'
      when name in ('amazon', 'ebay', 'etsy', 'aliexpress', 'walmart', 'shopping.google') then 'Shopping'
    end
    from (select regexp_replace(regexp_replace(lower(p_name), '^www\.', ''), '\.(com|org|net|ru|cz|co\.[a-z]{2}|com\.[a-z]{2}|de|fr|es|it|nl|pl|ca|in|jp|ch|at|be|se)$', '') as name) own
$$
--> statement-breakpoint
-- How a session came, from the properties of its first event: what was paid for, then what was not, each by source, campaign,
-- medium and the site that linked here.
create function channel_type(p_entry jsonb) returns text language sql immutable parallel safe as $$
  select case
      when campaign like '%cross-network%' then 'Cross Network'
      when medium in ('cpc', 'cpm', 'cpv', 'cpa', 'ppc', 'retargeting') or medium like 'paid%' or gclid is not null or gad is not null then
        coalesce('Paid ' || by_source, case when campaign ~ '(^|[^a-df-z])shop|shopping' then 'Paid Shopping' end,
          case when medium ~ '(social|^sm$)' then 'Paid Social' when medium like '%video%' then 'Paid Video' end,
          'Paid ' || by_site,
          case when gad = '1' then 'Paid Search' when campaign like '%video%' then 'Paid Video' when fbclid is not null then 'Paid Social'
               else 'Paid Unknown' end)
      when site = '$direct' and medium is null and coalesce(source in ('(direct)', 'direct', '$direct'), true) and fbclid is null then 'Direct'
      else
        coalesce('Organic ' || by_source, case when campaign ~ '(^|[^a-df-z])shop|shopping' then 'Organic Shopping' end,
          case when medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media') then 'Organic Social'
               when medium like '%video%' then 'Organic Video' when medium in ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') then 'Email'
               when medium in ('affiliate', 'affiliates') then 'Affiliate' when medium in ('referral', 'app', 'link') then 'Referral'
               when medium in ('audio', 'podcast') then 'Audio' when medium = 'sms' then 'SMS' when medium = 'push' then 'Push' end,
          'Organic ' || by_site,
          case when campaign like '%video%' then 'Organic Video' when medium like '%push' then 'Push' when fbclid is not null then 'Organic Social'
               when site = '$direct' then 'Direct' when site is not null then 'Referral' else 'Unknown' end)
    end
    from (
      select campaign, medium, source, gclid, gad, fbclid, site, kind_of_site(source) as by_source, kind_of_site(site) as by_site
        from (
          select nullif(nullif(lower(p_entry ->> 'utm_campaign'), ''), 'null') as campaign,
                 nullif(nullif(lower(p_entry ->> 'utm_medium'), ''), 'null') as medium,
                 nullif(nullif(lower(p_entry ->> 'utm_source'), ''), 'null') as source,
                 nullif(nullif(p_entry ->> 'gclid', ''), 'null') as gclid, nullif(nullif(p_entry ->> 'gad_source', ''), 'null') as gad,
                 nullif(nullif(p_entry ->> 'fbclid', ''), 'null') as fbclid,
                 nullif(nullif(p_entry ->> '$referring_domain', ''), 'null') as site
        ) own
    ) named
$$
--> statement-breakpoint
-- Sessions are made of it alone, but for what their events say.
drop index events_by_session
--> statement-breakpoint
create index events_by_session on events (project, session, ts) include (event) where session is not null
--> statement-breakpoint
-- What sessions are, each from all of its events: page views and screens come before any other event. What a query does not read
-- is not computed, and the join with the names of events falls away with the last column that needs it.
create view session_rows as
select s.project, s.session, s.start_at, s.end_at, extract(epoch from date_trunc('second', s.end_at) - date_trunc('second', s.start_at))::float8 as duration,
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
             filter (where n.value in ('$pageview', '$screen') and e.properties ->> '$current_url' <> '') as urls
      from events e left join dictionary n on n.id = e.event
     where e.session is not null
     group by e.project, e.session
  ) s
--> statement-breakpoint
-- The tags of the elements of a chain that people use, from the innermost element out.
create function elements_chain_tags(chain text) returns text[] language sql immutable parallel safe as $$
  select array(select m[1] from regexp_matches(chain, '(?:^|;)(a|button|form|input|select|textarea|label)(?:\.|$|:)', 'g') m)
$$
--> statement-breakpoint
create function texts_different(p_texts text[]) returns text[] language sql immutable parallel safe as $$
  select array(select v from unnest(p_texts) with ordinality as t(v, i) group by v order by min(i))
$$
--> statement-breakpoint
create function text_uuid(t text) returns text language sql immutable parallel safe as $$
  select case when t ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then lower(t) end
$$
