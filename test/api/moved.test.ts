/** What `bucket_version` tells of each change of events: the days and names it touched, and no other. */
import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

/** What was changed by somebody else. */
const TOLD_BY_HOOKS = '/changed-days.ts'

const server = await testServer()

async function run(...statements: readonly (readonly [text: string, ...params: (number | string)[]])[]) {
  const batch = statements.map(([text, ...params]) => ({ text, params }))
  return server.stack.services.engine.run(batch, { timeoutMs: 20_000 })
}
const rows = async (text: string, ...params: (number | string)[]) => (await run([text, ...params]))[0] ?? []

/** Versions by day and name. */
async function versions({ id }: TestProject): Promise<Map<string, number>> {
  const found = await rows(
    `select b.day::text || ' ' || d.value as place, sum(b.version) as version from bucket_version b
       join dictionary d on d.id = b.event where b.project = $1 group by 1`,
    id,
  )
  return new Map(found.map(({ place, version }) => [place as string, version as number]))
}

/** The days and names that moved during the work. */
async function moved(project: TestProject, work: () => Promise<unknown>): Promise<string[]> {
  const before = await versions(project)
  await work()
  const after = await versions(project)
  for (const [place, version] of before) expect(after.get(place)).toBeGreaterThanOrEqual(version)
  return [...after.keys()].filter((place) => after.get(place) !== before.get(place)).sort()
}

/** Every count is that of the rows there are. */
async function expectCounted({ id }: TestProject) {
  const wrong = await rows(
    `select * from (select event, sum(n) as n from bucket_version where project = $1 group by 1) b
       full join (select event, count(*) as n from events where project = $1 group by 1) e using (event)
      where coalesce(b.n, 0) <> coalesce(e.n, 0)`,
    id,
  )
  expect(wrong).toEqual([])
}

const identify = (id: string, anonymous: string, at: string) =>
  event('$identify', id, at, { properties: { $anon_distinct_id: anonymous } })
const personOf = async (project: TestProject, id: string): Promise<string> =>
  (await server.call('GET', `${project.path}persons/?distinct_id=${id}`)).body.results[0].uuid
const removeWithEvents = (project: TestProject, uuid: string) =>
  server.call('DELETE', `${project.path}persons/${uuid}/?delete_events=true`)

/** Two people, of whom `anon` was there on two days, beside a third who is always there. */
async function world(settings: object = {}): Promise<TestProject> {
  const project = await makeProject(server, settings)
  await project.send([
    event('step', 'anon', '2020-01-01T10:00:00Z'),
    event('view', 'anon', '2020-01-03T10:00:00Z'),
    event('step', 'user', '2020-01-05T10:00:00Z'),
    ...[1, 2, 3, 4, 5].flatMap((day) =>
      ['step', 'view'].map((name) => event(name, 'other', `2020-01-0${day}T11:00:00Z`)),
    ),
  ])
  return project
}

/** Copies of the events of an id, more than a merge moves at once. */
const multiply = ({ id }: TestProject, distinctId: string) =>
  rows(
    `insert into events (ts, project, person, distinct_id, event, uuid, properties)
     select e.ts, e.project, e.person, e.distinct_id, e.event, gen_random_uuid(), '{}'
       from events e, generate_series(1, 11000) where e.project = $1 and e.distinct_id = (
         select id from distinct_ids where project = $1 and distinct_id = $2)`,
    id,
    distinctId,
  )

test('events that come late, or from the future, move their day alone', async () => {
  const project = await world()
  const soon = new Date(Date.now() + 20 * 3_600_000).toISOString()
  expect(
    await moved(project, () =>
      project.send([event('step', 'user', '2020-01-02T23:59:59.999Z'), event('new', 'x', soon)]),
    ),
  ).toEqual(['2020-01-02 step', `${soon.slice(0, 10)} new`])
  const twice = event('step', 'user', '2020-01-04T10:00:00Z', { uuid: crypto.randomUUID() })
  await project.send([twice])
  expect(await moved(project, () => project.send([twice]))).toEqual([])
  await expectCounted(project)
})

test('a merge moves the days of whoever is folded into another, and what is no event moves nothing', async () => {
  const project = await world()
  expect(await moved(project, () => project.send([identify('user', 'anon', '2020-01-04T10:00:00Z')]))).toEqual([
    '2020-01-01 step',
    '2020-01-03 view',
    '2020-01-04 $identify',
  ])
  const { id } = project
  expect(await moved(project, () => rows("update persons set properties = '{}' where project = $1", id))).toEqual([])
  expect(await moved(project, () => server.call('PATCH', project.path, { name: 'other', week_start_day: 1 }))).toEqual(
    [],
  )
  await expectCounted(project)
})

test('a merge of many events moves their days at once, again as the rows follow, and as they count for somebody else', async () => {
  const project = await world()
  await multiply(project, 'anon')
  const own = ['2020-01-01 step', '2020-01-03 view']
  expect(await moved(project, () => project.send([identify('user', 'anon', '2020-01-04T10:00:00Z')]))).toEqual([
    ...own,
    '2020-01-04 $identify',
  ])
  expect(await rows('select from person_backlog where project = $1', project.id)).toHaveLength(1)
  // the person whom they count for is folded into a third
  const forced = event('$merge_dangerously', 'other', '2020-01-06T10:00:00Z', { properties: { alias: 'user' } })
  expect(await moved(project, () => project.send([forced]))).toEqual([
    ...own,
    '2020-01-04 $identify',
    '2020-01-05 step',
    '2020-01-06 $merge_dangerously',
  ])
  expect(await moved(project, () => scheduled(server.stack.services))).toEqual(own)
  expect(await rows('select from person_backlog where project = $1', project.id)).toEqual([])
})

test('the deletion of a person moves the days of its events, and of those that were about to count for it', async () => {
  const project = await world()
  const user = await personOf(project, 'user')
  expect(await moved(project, () => removeWithEvents(project, user))).toEqual(['2020-01-05 step'])
  await expectCounted(project)
  await multiply(project, 'anon')
  await project.send([identify('again', 'anon', '2020-01-04T10:00:00Z')])
  const again = await personOf(project, 'again')
  expect(await moved(project, () => removeWithEvents(project, again))).toEqual([
    '2020-01-01 step',
    '2020-01-03 view',
    '2020-01-04 $identify',
  ])
  // whoever keeps the events changes none
  const kept = await personOf(project, 'other')
  expect(await moved(project, () => server.call('DELETE', `${project.path}persons/${kept}/`))).toEqual([])
})

test('statements that nobody has written yet move days as well', async () => {
  const project = await world()
  const { id } = project
  const later = "update events set ts = ts + interval '1 day' where project = $1 and ts < '2020-01-02'"
  expect(await moved(project, () => rows(later, id))).toEqual([
    '2020-01-01 step',
    '2020-01-01 view',
    '2020-01-02 step',
    '2020-01-02 view',
  ])
  const deleted = "delete from events where project = $1 and ts >= '2020-01-05' returning 0"
  expect(await moved(project, () => rows(deleted, id))).toEqual(['2020-01-05 step', '2020-01-05 view'])
  expect(await moved(project, () => rows(deleted, id))).toEqual([])
  await expectCounted(project)
})

test('another zone moves everything, also days that had no events; days are then those of the zone', async () => {
  const project = await world({ timezone: 'UTC' })
  const zone = (timezone: string) => server.call('PATCH', project.path, { timezone })
  const all = await moved(project, () => zone('America/Los_Angeles'))
  expect(all).toEqual([...(await versions(project)).keys()].sort())
  expect(all).toContain('2019-12-30 step')
  expect(await moved(project, () => zone('America/Los_Angeles'))).toEqual([])
  const late = event('view', 'anon', '2020-01-08T01:00:00Z')
  expect(await moved(project, () => project.send([late]))).toEqual(['2020-01-07 view'])
  // what was made before it came, and of the zone before, is not current when that zone is back
  expect(await moved(project, () => zone('UTC'))).toContain('2020-01-08 view')
  expect(await moved(project, () => project.send([identify('user', 'anon', '2020-01-04T10:00:00Z')]))).toEqual([
    '2020-01-01 step',
    '2020-01-03 view',
    '2020-01-04 $identify',
    '2020-01-08 view',
  ])
})

test.skipIf(!process.env.DATABASE_URL_TCP)('a zone that changes waits for captures, and they for it', async () => {
  const project = await world({ timezone: 'UTC' })
  const { id } = project
  const locked = async (mode: string) => {
    const text = "select from pg_locks where locktype = 'advisory' and granted and objid = $1 and mode = $2"
    while ((await rows(text, id, mode)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const ended: string[] = []
  const holding = run(['select hold_timezone($1)', id], ['select pg_sleep(0.5)']).then(() => ended.push('held'))
  await locked('ShareLock')
  await server.call('PATCH', project.path, { timezone: 'Asia/Tokyo' }).then(() => ended.push('changed'))
  await holding
  expect(ended).toEqual(['held', 'changed'])
  const changing = run(
    ['select take_timezone($1)', id],
    ['select pg_sleep(0.5)'],
    ["update projects set timezone = 'UTC' where id = $1", id],
  )
  await locked('ExclusiveLock')
  expect(await moved(project, () => project.send([event('late', 'x', '2020-02-01T20:00:00Z')]))).toContain(
    '2020-02-01 late',
  )
  await changing
})

test('whatever writes events is known: capture adds them, and holds the zone before it reads it', async () => {
  const functions = await rows(
    `select p.proname as name, p.prosrc as source from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       join pg_language l on l.oid = p.prolang where n.nspname = 'public' and l.lanname in ('sql', 'plpgsql')`,
  )
  const that = (writes: RegExp) =>
    functions
      .filter(({ source }) => writes.test(source as string))
      .map(({ name }) => name as string)
      .sort()
  expect(that(/insert\s+into\s+events\b/i)).toEqual(['capture'])
  expect(that(/(copy|truncate|merge\s+into)\s+(table\s+)?(only\s+)?events\b/i)).toEqual([])
  const capture = functions.find(({ name }) => name === 'capture')?.source as string
  expect(capture).toMatch(/hold_timezone\(p_project\);\s+select timezone/)
  expect(capture).toMatch(/insert\s+into\s+bucket_version/i)
  // versions only grow, so that a sum of them that stayed the same says that none moved
  expect(that(/(delete\s+from|truncate|update)\s+(only\s+)?bucket_version\b/i)).toEqual([])
  for (const { name, source } of functions)
    for (const [, set] of (source as string).matchAll(/\bversion\s*=\s*(b\.\S+(?: \+ \d+)?)/g))
      expect(set, name as string).toMatch(/^b\.version \+ 1/)
  const triggers = await rows("select tgname as name from pg_trigger where not tgisinternal and tgenabled = 'O'")
  for (const name of ['move_days_of_changed', 'move_days_of_deleted', 'move_days_of_backlog', 'move_all_days'])
    expect(triggers).toContainEqual({ name })
  for (const folder of ['lib', 'functions', 'local'])
    for (const file of await readdir(folder, { recursive: true }))
      if (file.endsWith('.ts') && !file.endsWith(TOLD_BY_HOOKS))
        expect(await readFile(`${folder}/${file}`, 'utf8'), file).not.toMatch(
          /(insert\s+into|update|delete\s+from|truncate)\s+(events|bucket_version|person_backlog)\b/i,
        )
})
