import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()

const MONTH = { interval: 'month', dateRange: { date_from: '2020-01-01', date_to: '2020-01-31' } }
const total = async (project: TestProject, name: string, more: object = {}) =>
  (await project.trend({ ...counts(name, more), ...MONTH }))[0]?.[0]

/** Rows of a project by SQL, for what no endpoint shows. */
async function rows(text: string, project: TestProject) {
  const [found] = await server.stack.services.engine.run([{ text, params: [project.id] }], { timeoutMs: 10_000 })
  return found ?? []
}

test('three writers with merges at once: no event on a dead person, none lost, none twice', async () => {
  const project = await makeProject(server)
  const people = 12
  const sent: Record<string, unknown>[] = []
  for (let round = 0; round < 8; round++)
    for (let person = 0; person < people; person++) {
      const at = new Date(Date.UTC(2020, 0, 2, round, person)).toISOString()
      sent.push(event('step', `anon-${person}`, at, { uuid: crypto.randomUUID() }))
      sent.push(event('step', `user-${person}`, at, { uuid: crypto.randomUUID() }))
      if (round % 3 === 2)
        sent.push(
          event('$identify', `user-${person}`, at, {
            uuid: crypto.randomUUID(),
            properties: { $anon_distinct_id: `anon-${person}`, $set: { round } },
          }),
        )
    }
  // every writer sends everything, each in another order, in batches that share people
  const writer = async (offset: number) => {
    const own = [...sent.slice(offset), ...sent.slice(0, offset)]
    for (let at = 0; at < own.length; at += 17) await project.send(own.slice(at, at + 17))
  }
  await Promise.all([writer(0), writer(71), writer(140)])

  expect(await total(project, 'step')).toBe(people * 8 * 2)
  expect(await total(project, 'step', { math: 'dau' })).toBe(people)
  const dead = await rows(
    'select count(*) as n from events e where project = $1 and not exists (select from persons p where p.id = e.person)',
    project,
  )
  expect(dead).toEqual([{ n: 0 }])
  const strays = await rows(
    `select count(*) as n from events e join distinct_ids d on d.id = e.distinct_id
      where e.project = $1 and d.person <> e.person`,
    project,
  )
  expect(strays).toEqual([{ n: 0 }])
  const counted = await rows('select sum(n) as n from bucket_version where project = $1', project)
  expect(counted).toEqual([{ n: sent.length }])
})

test('an event counts once however often it is sent, and its properties are set once', async () => {
  const project = await makeProject(server)
  const uuid = crypto.randomUUID()
  const first = event('paid', 'a', '2020-01-01T10:00:00Z', { uuid, properties: { $set: { plan: 'free' } } })
  const second = event('up', 'a', '2020-01-01T11:00:00Z', { properties: { $set: { plan: 'team' } } })
  await project.send([first, first])
  await project.send([second])
  await Promise.all([project.send([first]), project.send([first])])
  expect(await total(project, 'paid')).toBe(1)
  const { body } = await server.call('GET', `${project.path}persons/?distinct_id=a`)
  expect(body.results).toMatchObject([{ distinct_ids: ['a'], properties: { plan: 'team' } }])
})

test('two events under one uuid that differ in name or distinct id were one; the same event again is one', async () => {
  const project = await makeProject(server)
  const uuid = crypto.randomUUID()
  const at = '2020-01-01T10:00:00Z'
  const paid = (id: string, more: object = {}) => event('paid', id, at, { uuid, ...more })
  const left = event('left', 'a', at, { uuid, properties: { $set: { plan: 'none' } } })
  await project.send([paid('a', { properties: { $set: { plan: 'free' } } }), left, paid('a'), paid('b')])
  await project.send([paid('b', { properties: { $set: { plan: 'team' } } }), left, paid('c')])
  // over midnight, as a retry may be
  await project.send([event('paid', 'c', '2020-01-02T10:00:00Z', { uuid })])
  expect(await total(project, 'paid')).toBe(3)
  expect(await total(project, 'left')).toBe(1)
  expect(await rows('select sum(n) as n from bucket_version where project = $1', project)).toEqual([{ n: 4 }])
  const plan = async (id: string) =>
    (await server.call('GET', `${project.path}persons/?distinct_id=${id}`)).body.results[0].properties.plan
  expect(await plan('a')).toBe('none')
  // what came a second time changed nothing
  expect(await plan('b')).toBeUndefined()
})

test('a merge of many events moves the rest in slices, and numbers are right before and after', async () => {
  const project = await makeProject(server)
  await project.send([event('step', 'anon', '2020-01-01T10:00:00Z'), event('step', 'user', '2020-01-01T10:00:00Z')])
  // more rows than a merge moves at once
  await rows(
    `insert into events (ts, project, person, distinct_id, event, uuid, properties)
     select e.ts, e.project, e.person, e.distinct_id, e.event, gen_random_uuid(), '{}'
       from events e, generate_series(1, 20500) where e.project = $1 and e.distinct_id = (
         select id from distinct_ids where project = $1 and distinct_id = 'anon')`,
    project,
  )
  const properties = { $anon_distinct_id: 'anon', $set: { plan: 'team' } }
  await project.send([event('$identify', 'user', '2020-01-02T10:00:00Z', { properties })])
  const backlog = () => rows('select count(*) as n from person_backlog where project = $1', project)
  expect(await backlog()).toEqual([{ n: 1 }])
  const onPlan = { properties: [{ type: 'person', key: 'plan', value: 'team', operator: 'exact' }] }
  const expectRight = async () => {
    expect(await total(project, 'step', { math: 'dau' })).toBe(1)
    expect(await project.trend({ ...counts('step'), ...MONTH, ...onPlan })).toEqual([[20_502]])
  }
  await expectRight()
  const { scheduled } = await import('../../functions/scheduled.ts')
  await scheduled(server.stack.services)
  expect(await backlog()).toEqual([{ n: 0 }])
  await expectRight()
})

test('text that SQL, JSON or Postgres could trip over is stored and found', async () => {
  const project = await makeProject(server)
  const texts = [`'; drop table events; --`, '"$1"', '\\', '\u0000nul', '\ud800', '%_', '{}', '🦔', '__proto__', '$1']
  await project.send(
    texts.map((text) =>
      event(`named ${text}`, `id ${text}`, '2020-01-01T10:00:00Z', {
        properties: { [text]: text, $browser: text, value: text },
      }),
    ),
  )
  for (const text of texts) {
    const stored = text.toWellFormed().replaceAll('\u0000', '\ufffd')
    expect(await total(project, `named ${stored}`)).toBe(1)
    const filter = (key: string) => ({ type: 'event', key, value: [stored], operator: 'exact' })
    const query = { ...counts(`named ${stored}`), ...MONTH }
    expect(
      await project.trend({ ...query, properties: [filter('value'), filter('$browser'), filter(stored)] }),
    ).toEqual([[1]])
  }
})

test('a hot property with a value that is not coded is still found', async () => {
  const project = await makeProject(server)
  const long = 'x'.repeat(300)
  const browsers = ['Chrome', long, ['a', 'b'], null, 1e21, undefined]
  await project.send(
    browsers.map(($browser) => event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { $browser } })),
  )
  const found = async (operator: string, value: unknown) =>
    (
      await project.trend({
        ...counts('seen'),
        ...MONTH,
        properties: [{ type: 'event', key: '$browser', value, operator }],
      })
    )[0]
  expect(await found('exact', [long])).toEqual([1])
  expect(await found('exact', ['Chrome'])).toEqual([1])
  expect(await found('is_not', ['Chrome'])).toEqual([5])
  expect(await found('icontains', 'xxx')).toEqual([1])
  expect(await found('is_not_set', 'is_not_set')).toEqual([2])
})

test('events of every path that clients call are stored, with and without a slash at its end', async () => {
  const project = await makeProject(server)
  const paths = ['e', 'i/v0/e', 'i/v0/ai/batch', 'capture', 'track', 'batch', 'engage'].flatMap((path) => [
    `/${path}`,
    `/${path}/`,
  ])
  for (const path of paths) {
    const batch = [event(path, 'a', '2020-01-01T10:00:00Z')]
    const sent = await server.call('POST', path, { api_key: project.token, batch })
    expect([path, sent.status]).toEqual([path, 200])
  }
  const found = await rows('select count(*)::int as n from events where project = $1', project)
  expect(found).toEqual([{ n: paths.length }])
})

test('a body over the limit is 413, also when only its content is', async () => {
  const project = await makeProject(server)
  const huge = { api_key: project.token, event: 'x', distinct_id: 'a', properties: { text: 'x'.repeat(9_000_000) } }
  const body = gzipSync(JSON.stringify(huge))
  expect(body.length).toBeLessThan(20_000)
  const bomb = await fetch(`${server.url}/e/`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } })
  expect(bomb.status).toBe(413)
  expect((await server.call('POST', '/e/', huge)).status).toBe(413)
})

test("a stranger's batch filled the lists of names for ever: its events are stored, a bounded number of names is defined", async () => {
  const project = await makeProject(server)
  const at = '2020-01-01T10:00:00Z'
  const made = Array.from({ length: 1_200 }, (_, n) =>
    event(`made up ${n}`, `id ${n}`, at, { properties: { [`first ${n}`]: n, [`second ${n}`]: n } }),
  )
  await project.send([event('real', 'a', at, { properties: { plan: 'team' } }), ...made])
  const count = async (table: string) =>
    (await rows(`select count(*)::int as n from ${table} where project = $1`, project))[0]?.n
  expect(await count('events')).toBe(1_201)
  expect(await count('event_definitions')).toBe(1_000)
  expect(await count('property_definitions')).toBe(2_000)
  expect(await total(project, 'made up 1199')).toBe(1)
})

test('a batch of more events than a transaction should take is refused whole, and says so', async () => {
  const project = await makeProject(server)
  const batch = Array.from({ length: 5_001 }, (_, n) => ({
    ...event('many', 'a', '2020-01-01T10:00:00Z'),
    uuid: crypto.randomUUID(),
    properties: { n },
  }))
  const sent = await server.call('POST', '/batch/', { api_key: project.token, batch })
  expect([sent.status, sent.body]).toEqual([413, 'request holds more than 5000 events'])
  const v1 = { created_at: '2020-01-01T10:00:00Z', batch }
  const headers = { Authorization: `Bearer ${project.token}` }
  expect(await server.call('POST', '/i/v1/analytics/events', v1, headers)).toMatchObject({
    status: 413,
    body: { error: 'payload_too_large' },
  })
  expect(await rows('select count(*)::int as n from events where project = $1', project)).toEqual([{ n: 0 }])
})

test('a batch of many merges took the square of their time and was never stored', async () => {
  const project = await makeProject(server)
  const at = '2020-01-01T10:00:00Z'
  const people = 1_100
  const merges = Array.from({ length: people }, (_, n) => {
    const properties = { $anon_distinct_id: `anon ${n}`, $set: { n } }
    return [event('seen', `anon ${n}`, at), event('$identify', `user ${n}`, at, { properties })]
  })
  const last = { $anon_distinct_id: 'anon 7', $set: { plan: 'team' } }
  await project.send([...merges.flat(), event('$identify', 'user 7', at, { properties: last })])
  expect(await total(project, 'seen', { math: 'dau' })).toBe(people)
  expect(await total(project, '$identify')).toBe(people + 1)
  const persons = await rows('select count(*)::int as n from persons where project = $1', project)
  expect(persons).toEqual([{ n: people }])
  const { body } = await server.call('GET', `${project.path}persons/?distinct_id=anon 7`)
  expect(body.results[0]).toMatchObject({ properties: { n: 7, plan: 'team' } })
})

test('large bodies at once are stored or told to come again, and none is lost', async () => {
  const project = await makeProject(server)
  const send = async (id: string): Promise<void> => {
    const properties = { text: id.repeat(4_000_000) }
    const batch = [event('large', id, '2020-01-01T10:00:00Z', { uuid: crypto.randomUUID(), properties })]
    for (;;) {
      const sent = await server.call('POST', '/batch/', { api_key: project.token, batch })
      if (sent.status === 200) return
      expect([sent.status, sent.headers.get('retry-after')]).toEqual([503, '2'])
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(send))
  expect(await total(project, 'large', { math: 'dau' })).toBe(6)
})

test('errors carry the headers that let a page read them', async () => {
  const headers = { Origin: 'https://shop.example', 'Access-Control-Request-Headers': 'content-type' }
  const preflight = await fetch(`${server.url}/i/v0/e/`, { method: 'OPTIONS', headers })
  expect(preflight.status).toBe(200)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
  const refused = await fetch(`${server.url}/i/v0/e/`, { method: 'POST', headers, body: '{}' })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(refused.headers.get('content-type')).toContain('text/plain')
})

test('the library that belongs to a project leads to its file, for known projects only', async () => {
  const project = await makeProject(server)
  const ask = (token: string) => fetch(`${server.url}/array/${token}/array.js`, { redirect: 'manual' })
  const known = await ask(project.token)
  expect([known.status, known.headers.get('location')]).toEqual([302, '/static/array.js'])
  expect((await ask('phc_unknown')).status).toBe(404)
})

test('days and merges count in the time zone of the project', async () => {
  const project = await makeProject(server, { timezone: 'America/Los_Angeles' })
  await project.send([event('paid', 'a', '2020-01-02T07:59:59Z'), event('paid', 'a', '2020-01-02T08:00:00Z')])
  expect(await project.trend({ ...counts('paid'), ...THREE_DAYS })).toEqual([[1, 1, 0]])
})

test('a query that was answered before a property had a type is planned anew after it', async () => {
  const project = await makeProject(server)
  const above = { properties: [{ type: 'event', key: 'size', value: 5, operator: 'gt' }] }
  const ask = () => project.trend({ ...counts('grown'), ...MONTH, ...above })
  const grown = (size: unknown) => event('grown', 'a', '2020-01-01T10:00:00Z', { properties: { size } })
  await project.send([event('grown', 'a', '2020-01-01T10:00:00Z')])
  expect(await ask()).toEqual([[0]])
  await project.send([grown(40)])
  expect(await ask()).toEqual([[1]])
})
