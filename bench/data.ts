/** A million generated events in the project's own tables and in those of a straight port of PostHog's. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { Server } from './postgres.ts'

const GENERATOR = fileURLToPath(new URL('../../shared/bench/gen.mjs', import.meta.url))

/** Whether the generator is on this machine. */
export const hasGenerator = () => existsSync(GENERATOR)

const STAGING = `
  create unlogged table s_events (uuid uuid, ts timestamptz, event text, distinct_id text, did_no int4, person_uuid uuid,
    person_no int4, session_uuid text, session_no int4, props jsonb);
  create unlogged table s_persons (person_no int4, person_uuid uuid, created_at timestamptz, is_identified boolean, props jsonb);
  create unlogged table s_dids (did_no int4, distinct_id text, person_no int4);
  create unlogged table s_overrides (distinct_id text, did_no int4, old_no int4, old_uuid uuid, new_no int4, new_uuid uuid,
    merged_at timestamptz)`

const PROJECT = `
  insert into organizations (name, slug) values ('bench', 'bench');
  insert into projects (organization_id, name, api_token) select id, 'bench', 'phc_bench' from organizations`

const OWN_TABLES = ['events', 'dictionary', 'persons', 'distinct_ids', 'bucket_version']
const NAIVE_TABLES = ['n_events', 'n_persons', 'n_override']
const STAGING_FILES = { s_events: 'events', s_persons: 'persons', s_dids: 'dids', s_overrides: 'overrides' }

/** Fills the project's tables; `slots` are the keys of its hot properties, by slot. */
const fillOwn = (slots: readonly string[]) => `
  insert into dictionary (project, key, value)
    select 1, key, value from (
      select distinct '$event' as key, event as value from s_events
      union select distinct '$session', session_uuid from s_events
      union select distinct 'p:' || s.property_key, e.props ->> s.property_key
        from s_events e, property_slots s where e.props ->> s.property_key is not null) texts
    -- so that queries by hand may order texts by their numbers
    order by key collate "C", value collate "C";
  insert into persons (id, project, uuid, properties, created_at, is_identified, has_profile)
    select person_no, 1, person_uuid, props, created_at, is_identified, true from s_persons p
     where not exists (select from s_overrides o where o.old_no = p.person_no);
  insert into distinct_ids (project, distinct_id, person)
    select 1, distinct_id, coalesce((select new_no from s_overrides o where o.old_no = d.person_no limit 1), person_no)
      from s_dids d order by did_no;
  analyze dictionary;
  insert into events (ts, project, person, distinct_id, session, event, ${slots.map((_, n) => `slot_${n}`).join(', ')},
    uuid, properties)
  select e.ts, 1, coalesce(o.new_no, e.person_no), e.did_no, s.id, n.id, ${slots.map((_, n) => `p${n}.id`).join(', ')}, e.uuid, e.props
    from s_events e
    join dictionary n on n.key = '$event' and n.value = e.event
    left join dictionary s on s.key = '$session' and s.value = e.session_uuid
    left join (select distinct on (old_no) old_no, new_no from s_overrides) o on o.old_no = e.person_no
    ${slots.map((key, n) => `left join dictionary p${n} on p${n}.key = 'p:${key}' and p${n}.value = e.props ->> '${key}'`).join('\n    ')};
  insert into bucket_version (project, day, event, shard, n, version)
    select 1, (ts at time zone 'UTC')::date, event, 0, count(*), 1 from events group by 2, 3;
  insert into property_definitions (project, type, name, property_type)
    values (1, 1, '$browser', 'String'), (1, 1, '$os', 'String'), (1, 1, '$geoip_country_code', 'String')`

/** What a straight port of PostHog to Postgres has (docs/performance.md 1, the naive port). */
const NAIVE = `
  create table n_events (uuid uuid, event text, properties jsonb, timestamp timestamptz, team_id int4, distinct_id text,
    person_id uuid);
  insert into n_events select uuid, event, props, ts, 1, distinct_id, person_uuid from s_events;
  create index on n_events (team_id, event, timestamp);
  create index on n_events (team_id, person_id, timestamp);
  create table n_persons as select person_uuid as id, created_at, props as properties from s_persons;
  create index on n_persons (id);
  create table n_override as select distinct_id, new_uuid as person_id from s_overrides;
  create index on n_override (distinct_id)`

/** Whether a server that was kept has the events. */
export async function isLoaded(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query("select from projects where api_token = 'phc_bench'")
  return rows.length > 0
}

/** Generates, loads and vacuums, in one transaction up to that. The events end on 2026-08-30. */
export async function loadEvents(
  server: Server,
  client: pg.Client,
  count: number,
  { naive }: { readonly naive: boolean },
  log: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edgehog-data-'))
  try {
    log(`generating ${count.toLocaleString('en')} events`)
    execFileSync(process.execPath, [GENERATOR, '--n', String(count), '--out', folder], { stdio: 'ignore' })
    log('copying them')
    await client.query(`drop table if exists ${Object.keys(STAGING_FILES).join(', ')};${STAGING}`)
    for (const [table, file] of Object.entries(STAGING_FILES)) {
      const path = join(folder, `${file}.tsv`)
      server.copy(table, path)
      rmSync(path)
    }
    log("loading the project's tables")
    await client.query('begin')
    await client.query(PROJECT)
    const { rows } = await client.query('select property_key from property_slots where project = 1 order by slot')
    await withoutIndexes(client, 'events', () => client.query(fillOwn(rows.map((row) => row.property_key))))
    if (naive) {
      log('loading the tables of the naive port')
      await client.query(NAIVE)
    }
    await client.query(`drop table ${Object.keys(STAGING_FILES).join(', ')}`)
    await client.query('commit')
    log('vacuuming')
    for (const table of [...OWN_TABLES, ...(naive ? NAIVE_TABLES : [])]) await client.query(`vacuum (analyze) ${table}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Rows that come in their order are written faster where an index is made of all of them at the end. */
async function withoutIndexes(client: pg.Client, table: string, fill: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query('select indexname, indexdef from pg_indexes where tablename = $1', [table])
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`)
  await fill()
  for (const { indexdef } of rows) await client.query(indexdef)
}

/** The first events of the generator's stream, as capture takes them. */
export function generatedEvents(count: number): Record<string, unknown>[] {
  const folder = mkdtempSync(join(tmpdir(), 'edgehog-data-'))
  try {
    execFileSync(process.execPath, [GENERATOR, '--n', String(count), '--out', folder, '--jsonl'], { stdio: 'ignore' })
    const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n')
    return lines.map((line) => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
