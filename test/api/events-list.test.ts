import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let project: TestProject

const uuid = (index: number) => `01920000-0000-7000-8000-${String(index).padStart(12, '0')}`
const get = (query: string) => server.call('GET', `${project.path}events/${query}`)
const idsOf = async (query: string) => {
  const { status, body } = await get(query)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results.map(({ id }: { id: string }) => Number(id.slice(-12)))
}
const json = (value: unknown) => encodeURIComponent(JSON.stringify(value))

beforeAll(async () => {
  project = await makeProject(server)
  const sent = (index: number, name: string, id: string, at: string, properties: object = {}) =>
    event(name, id, at, { uuid: uuid(index), properties })
  await project.send([
    sent(1, 'paid', 'a', '2020-01-01T10:00:00Z', { plan: 'pro', $set: { email: 'a@x.test' } }),
    // three at one instant
    ...[4, 2, 3].map((index) => sent(index, 'seen', 'b', '2020-01-02T10:00:00.123456Z', { plan: 'free' })),
    sent(5, '$autocapture', 'c', '2020-01-03T10:00:00Z', {
      $process_person_profile: false,
      $elements_chain:
        'a.red.big:attr_id="go"href="/x"nth-child="2"text="Buy \\"it\\""attr__data-x="1";div:nth-of-type="1"',
    }),
  ])
})

test('an event with its person and its elements', async () => {
  const { body } = await get(`?event=paid`)
  const person = (await server.call('GET', `${project.path}persons/?distinct_id=a`)).body.results[0]
  expect(body).toEqual({
    next: null,
    results: [
      {
        id: uuid(1),
        distinct_id: 'a',
        event: 'paid',
        timestamp: '2020-01-01T10:00:00Z',
        properties: expect.objectContaining({ plan: 'pro' }),
        person: {
          uuid: person.uuid,
          is_identified: false,
          distinct_ids: ['a'],
          properties: { email: 'a@x.test' },
          created_at: '2020-01-01T10:00:00Z',
        },
        elements: [],
        elements_chain: '',
      },
    ],
  })
  const captured = (await server.call('GET', `${project.path}events/${uuid(5)}/`)).body
  expect(captured).toMatchObject({ event: '$autocapture', person: null })
  expect(captured.elements).toMatchObject([
    { tag_name: 'a', attr_class: ['red', 'big'], attr_id: 'go', href: '/x', text: 'Buy "it"', nth_child: 2, order: 0 },
    { tag_name: 'div', attr_class: null, nth_of_type: 1, order: 1 },
  ])
  expect((await server.call('GET', `${project.path}events/${uuid(9)}/`)).status).toBe(404)
})

test('pages go on after the last event, also between events of one instant', async () => {
  for (const [order, expected] of [
    ['', [5, 2, 3, 4, 1]],
    [`&orderBy=${json(['timestamp'])}`, [1, 2, 3, 4, 5]],
  ] as const)
    for (const limit of [1, 2, 3]) {
      const seen: number[] = []
      let next: string | null = `${project.path}events/?limit=${limit}${order}`
      while (next) {
        const { body }: { body: { results: { id: string }[]; next: string | null } } = await server.call('GET', next)
        expect(body.results.length).toBeLessThanOrEqual(limit)
        seen.push(...body.results.map(({ id }) => Number(id.slice(-12))))
        next = body.next && new URL(body.next).pathname + new URL(body.next).search
      }
      expect(seen).toEqual(expected)
    }
})

test('filters', async () => {
  expect(await idsOf(`?events=${json(['paid', '$autocapture'])}`)).toEqual([5, 1])
  expect(await idsOf('?distinct_id=b')).toEqual([2, 3, 4])
  expect(await idsOf('?after=2020-01-02&before=2020-01-03T10:00:00Z')).toEqual([2, 3, 4])
  expect(await idsOf(`?properties=${json([{ key: 'plan', value: 'pro', type: 'event' }])}`)).toEqual([1])
  expect(await idsOf(`?properties=${json({ plan: 'pro' })}`)).toEqual([1])
  expect(await idsOf(`?where=${json(["event like 's%'", "properties.plan = 'free'"])}&limit=2`)).toEqual([2, 3])
  const person = (await server.call('GET', `${project.path}persons/?distinct_id=b`)).body.results[0]
  expect(await idsOf(`?person_id=${person.uuid}`)).toEqual([2, 3, 4])
  expect(await idsOf(`?person_id=${person.id}`)).toEqual([2, 3, 4])
  expect(await idsOf('?person_id=999999')).toEqual([])
})

test('columns that the client selects', async () => {
  const { body } = await get(`?select=${json(['event', 'count()'])}&orderBy=${json(['count() desc'])}&limit=1`)
  expect(body.results).toEqual([['seen', 3]])
  const next = await server.call('GET', new URL(body.next).pathname + new URL(body.next).search)
  expect(next.body.results).toHaveLength(1)
})

test('what cannot be read is a 400 that names it', async () => {
  for (const [query, attr] of [
    ['?cursor=x', 'cursor'],
    ['?orderBy=event', 'orderBy'],
    ['?events=paid', 'events'],
    ['?select=["("]', 'select__0'],
    ['?properties=[', 'properties'],
    ['?after=soon', 'after'],
    ['?action_id=99', 'actionId'],
  ])
    expect(await get(query ?? ''), query).toMatchObject({ status: 400, body: { attr } })
})

test('the values of a property, the most frequent first', async () => {
  const now = new Date().toISOString()
  const of = (id: string, color: unknown) => event('picked', id, now, { properties: { "the 'color'": color, n: 5 } })
  await project.send([of('a', 'red'), of('b', 'red'), of('a', 'blue'), of('a', null)])
  const values = async (query: string) => (await get(`values/?${query}`)).body
  expect(await values(`key=${encodeURIComponent("the 'color'")}`)).toEqual([{ name: 'red' }, { name: 'blue' }])
  expect(await values(`key=${encodeURIComponent("the 'color'")}&value=LU`)).toEqual([{ name: 'blue' }])
  expect(await values('key=n')).toEqual([{ name: 5 }])
  expect(await values('key=custom_event')).toEqual([{ name: 'picked' }])
  expect((await get('values/')).status).toBe(400)
})

test('a page costs one call of the database once its project is known', async () => {
  await get('?event=paid')
  expect(await server.counted(() => get('?event=paid'))).toEqual({ redis: 1, postgres: 1, qstash: 0 })
})
