/** The tables of SQL and what their rows lead to, beside a project with look-alike rows. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const other = await makeProject(server)

async function rows(query: string): Promise<unknown[][]> {
  const body = { query: { kind: 'HogQLQuery', query }, refresh: 'force_blocking' }
  const answer = await server.call('POST', `${project.path}query/`, body)
  expect(answer.body.results, JSON.stringify(answer.body)).toBeDefined()
  return answer.body.results
}

const visit = (session: string, name: string, at: string, url: string | null, more: object = {}) =>
  event(name, 'a', at, { properties: { $session_id: session, ...(url ? { $current_url: url } : {}), ...more } })

beforeAll(async () => {
  await project.send([
    event('$identify', 'a', '2020-01-01T08:00:00Z', { properties: { $set: { email: 'a@x.test' } } }),
    event('$groupidentify', 'a', '2020-01-01T08:00:00Z', {
      properties: { $group_type: 'team', $group_key: 'red', $group_set: { size: 5 } },
    }),
    visit('s1', 'opened', '2020-01-01T09:59:59Z', 'https://x.test/before'),
    visit('s1', '$pageview', '2020-01-01T10:00:00Z', 'https://x.test/a?utm=1', {
      utm_source: 'google',
      utm_medium: 'cpc',
      $referring_domain: 'www.google.com',
    }),
    visit('s1', '$pageview', '2020-01-01T10:10:00Z', 'https://x.test/b', { $window_id: 'w' }),
    visit('s1', '$autocapture', '2020-01-01T10:10:09Z', 'https://x.test/b', {
      $external_click_url: 'https://y.test',
      $elements_chain:
        'a.link:attr_id="go"href="/to"text="Go"nth-child="1";span:text="Go";button:attr_id="b"href="/far"text="Stay"',
    }),
    visit('0192b1c0-0000-7000-8000-000000000001', '$pageview', '2020-01-02T10:00:00Z', 'https://x.test/c', {
      $referring_domain: '$direct',
    }),
    event('bought', 'b', '2020-01-03T10:00:00Z', {
      properties: { $groups: { team: 'red' }, $process_person_profile: false },
    }),
  ])
  await other.send([
    visit('s1', '$pageview', '2020-01-01T07:00:00Z', 'https://foreign.test/'),
    event('$identify', 'a', '2020-01-01T08:00:00Z', { properties: { $set: { email: 'foreign' } } }),
    event('$groupidentify', 'a', '2020-01-01T08:00:00Z', {
      properties: { $group_type: 'team', $group_key: 'red', $group_set: { size: 9 } },
    }),
  ])
})

describe('sessions', () => {
  test('each from all of its events', async () => {
    expect(
      await rows(`select session_id, id, distinct_id, $session_duration, duration, $pageview_count, $autocapture_count, $screen_count,
        $entry_current_url, $entry_pathname, $entry_hostname, $end_current_url, $end_pathname, $exit_pathname, $urls, $num_uniq_urls,
        $is_bounce, $last_external_click_url, $entry_utm_source, $entry_referring_domain, $channel_type, $start_timestamp
        from sessions order by $start_timestamp`),
    ).toEqual([
      [
        's1', 's1', 'a', 610, 610, 2, 1, 0,
        'https://x.test/a?utm=1', '/a', 'x.test', 'https://x.test/b', '/b', '/b', ['https://x.test/a?utm=1', 'https://x.test/b'], 2,
        0, 'https://y.test', 'google', 'www.google.com', 'Paid Search', '2020-01-01T09:59:59Z',
      ],
      [
        '0192b1c0-0000-7000-8000-000000000001', '0192b1c0-0000-7000-8000-000000000001', 'a', 0, 0, 1, 0, 0,
        'https://x.test/c', '/c', 'x.test', 'https://x.test/c', '/c', '/c', ['https://x.test/c'], 1,
        1, null, null, '$direct', 'Direct', '2020-01-02T10:00:00Z',
      ],
    ]) // biome-ignore format: a line for each kind of column
  })

  test('one that began before the range is none of it, though it has events there', async () => {
    const started = (condition: string) => rows(`select session_id, $session_duration from sessions where ${condition}`)
    expect(await started(`$start_timestamp >= '2020-01-01 10:00:00'`)).toEqual([
      ['0192b1c0-0000-7000-8000-000000000001', 0],
    ])
    expect(
      await started(`$start_timestamp > '2020-01-01 00:00:00' and $start_timestamp < '2020-01-01 10:00:00'`),
    ).toEqual([['s1', 610]])
    expect(await started(`$start_timestamp = '2020-01-01 09:59:59' and $session_duration > 600`)).toEqual([['s1', 610]])
    expect(await started(`not ($start_timestamp >= '2020-01-01 10:00:00')`)).toEqual([['s1', 610]])
  })

  test('joined with events by their id, and led to by an event', async () => {
    expect(
      await rows(`select e.event, s.$session_duration, e.session.$entry_pathname, e.session.$is_bounce from events e
        left join sessions s on s.session_id = e.$session_id order by e.timestamp desc limit 2`),
    ).toEqual([
      ['bought', null, null, null],
      ['$pageview', 0, '/c', 1],
    ])
    expect(await rows('select count() from events where $session_id in (select session_id from sessions)')).toEqual([
      [5],
    ])
  })
})

describe('events', () => {
  test('columns that are made of others', async () => {
    expect(
      await rows(`select event, person_mode, $window_id, $session_id_uuid, elements_chain_href, elements_chain_texts, elements_chain_ids,
        elements_chain_elements, elements_chain = '', created_at = timestamp from events where event in ('bought', '$autocapture', '$pageview')
        order by timestamp desc`),
    ).toEqual([
      ['bought', 'propertyless', null, null, '', [], [], [], 1, 1],
      ['$pageview', 'full', null, '0192b1c0-0000-7000-8000-000000000001', '', [], [], [], 1, 1],
      ['$autocapture', 'full', null, null, '/to', ['Go', 'Stay'], ['go', 'b'], ['a', 'button'], 0, 1],
      ['$pageview', 'full', 'w', null, '', [], [], [], 1, 1],
      ['$pageview', 'full', null, null, '', [], [], [], 1, 1],
    ])
  })

  test('lead to their person and groups under every name', async () => {
    const [row] =
      await rows(`select person.properties.email, poe.properties.email, pdi.person.properties.email, pdi.distinct_id,
      person.id = pdi.person_id, person.created_at, person.is_identified, team_id from events where event = '$identify'`)
    expect(row).toEqual(['a@x.test', 'a@x.test', 'a@x.test', 'a', 1, '2020-01-01T08:00:00Z', 0, project.id])
    expect(
      await rows(`select $group_0, group_0.key, group_0.properties.size, goe_0.properties.size, group_0.index, group_0.created_at,
        isNull(group_0.updated_at), $group_1, group_1.properties.size from events where event = 'bought'`),
    ).toEqual([['red', 'red', 5, 5, 0, '2020-01-01T08:00:00Z', 0, '', null]])
  })

  test('all columns', async () => {
    const body = { query: { kind: 'HogQLQuery', query: 'select * from events limit 1' } }
    const { columns } = (await server.call('POST', `${project.path}query/`, body)).body
    expect(columns.slice(0, 4)).toEqual(['uuid', 'event', 'properties', 'timestamp'])
  })
})

test('persons, their distinct ids, groups and members of cohorts', async () => {
  expect(await rows('select properties.email, is_identified, created_at from persons')).toEqual([
    ['a@x.test', 0, '2020-01-01T08:00:00Z'],
  ])
  expect(
    await rows('select distinct_id, person.properties.email from person_distinct_ids order by distinct_id'),
  ).toEqual([
    ['a', 'a@x.test'],
    ['b', null],
  ])
  expect(await rows(`select key, index, properties.size from groups`)).toEqual([['red', 0, '5']])
  expect(await rows(`select g.properties.size from raw_groups g where index = 0`)).toEqual([['5']])
  expect(await rows('select count() from cohort_people')).toEqual([[0]])
  expect(await rows('select count() from static_cohort_people')).toEqual([[0]])
  expect(await rows('select count() from raw_sessions')).toEqual([[2]])
})

test('what ran, how it ended and for whom', async () => {
  await rows('select 41 + 1')
  const wrong = { kind: 'HogQLQuery', query: 'select divide_by(1)' }
  expect((await server.call('POST', `${project.path}query/`, { query: wrong })).status).toBe(400)
  const theirs = { kind: 'HogQLQuery', query: "select 'foreign'" }
  expect((await server.call('POST', `${other.path}query/`, { query: theirs })).status).toBe(200)
  const runs = await rows(
    `select kind, query, source, status, rows, duration_ms >= 0, started <= now() from system.runs where query != ''`,
  )
  expect(runs).toContainEqual(['HogQLQuery', 'select 41 + 1', 'request', 'ok', 1, 1, 1])
  expect(JSON.stringify(runs)).not.toContain("'foreign'")
})

test('what ran is written first where it is read, whatever the text calls it', async () => {
  const calls = async (query: object) => (await server.counted(() => ask(query))).postgres
  const ask = (query: object) => server.call('POST', `${project.path}query/`, { query })
  const ran = async (mark: number, query: string) => {
    await rows(`select ${mark} + 1`)
    const { status, body } = await ask({ kind: 'HogQLQuery', query })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.results).toContainEqual([`select ${mark} + 1`])
  }
  await ran(51, 'select query from system . `runs`')
  await ran(52, 'with t as (select query from system."runs" as r) select t.query from numbers(1) join t on 1 = 1')
  await rows('select 1')
  const named = await calls({ kind: 'HogQLQuery', query: "select 'from system.runs'" })
  expect(named).toBe(await calls({ kind: 'HogQLQuery', query: "select 'from elsewhere'" }))
})

test('nothing of the other project, whatever is joined', async () => {
  for (const how of ['', 'left', 'right', 'full', 'cross'])
    for (const [one, two] of [
      ['events', 'sessions'],
      ['sessions', 'persons'],
      ['groups', 'person_distinct_ids'],
      ['persons', 'events'],
    ]) {
      const on =
        how === 'cross'
          ? ''
          : how === 'full'
            ? 'on toString(a.team_id) = toString(b.team_id)'
            : 'on a.team_id > b.team_id - 5'
      const [[own] = []] = await rows(
        `select countIf(a.team_id != ${project.id}) + countIf(b.team_id != ${project.id}), count() from ${one} a ${how} join ${two} b ${on}`,
      )
      expect(own, `${how} ${one} ${two}`).toBe(0)
    }
})
