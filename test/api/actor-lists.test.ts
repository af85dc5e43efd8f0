import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let project: TestProject

interface List {
  readonly results: readonly { distinct_ids: string[]; group_key: string }[]
  readonly next: string | null
  readonly previous: string | null
}
const json = (value: unknown) => encodeURIComponent(JSON.stringify(value))
const pathOf = (url: string) => new URL(url).pathname + new URL(url).search

async function list(path: string): Promise<List> {
  const { status, body } = await server.call('GET', path)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** The same actors as persons and as groups: their names are distinct ids and keys. */
const LISTS = {
  persons: {
    path: 'persons/?',
    type: { type: 'person' },
    nameOf: (row: { distinct_ids: string[] }) => row.distinct_ids[0] ?? '',
    made: (name: string, at: string, $set: object) => event('$set', name, at, { properties: { $set } }),
  },
  groups: {
    path: 'groups/?group_type_index=0&',
    type: { type: 'group', group_type_index: 0 },
    nameOf: (row: { group_key: string }) => row.group_key,
    made: (name: string, at: string, $group_set: object) =>
      event('$groupidentify', 'someone', at, { properties: { $group_type: 'org', $group_key: name, $group_set } }),
  },
} as const
type Kind = keyof typeof LISTS
const KINDS = Object.keys(LISTS) as Kind[]

async function namesOf(kind: Kind, query: string, of = project): Promise<string[]> {
  const { results } = await list(`${of.path}${LISTS[kind].path}${query}`)
  return results.map((row) => LISTS[kind].nameOf(row))
}

const ACTORS: Readonly<Record<string, object>> = {
  ann: { email: 'ann@x.test', age: 30, plan: 'Pro', paid: true, joined: '2020-03-01' },
  bob: { email: 'bob@x.test', age: 4, plan: 'free', paid: false, joined: '2021-03-01', rate: '100%' },
  cat: { name: 'Cat "the" \\ Great', age: 100, plan: 'pro plus', nested: { deep: 'Treasure' } },
  dan: {},
}

beforeAll(async () => {
  project = await makeProject(server)
  const made = Object.entries(ACTORS).flatMap(([name, properties], day) =>
    KINDS.map((kind) => LISTS[kind].made(name, `2020-01-0${day + 1}T00:00:00Z`, properties)),
  )
  await project.send([
    ...made,
    // somebody without a profile, and a group that was never described
    event('seen', 'ghost', '2020-01-09T00:00:00Z', {
      properties: { $process_person_profile: false, $groups: { org: 'ghost' } },
    }),
    event('$groupidentify', 'someone', '2020-01-09T00:00:00Z', {
      properties: { $group_type: 'other', $group_key: 'ann', $group_set: { plan: 'Pro' } },
    }),
  ])
})

describe.each(KINDS)('%s', (kind) => {
  const { type } = LISTS[kind]
  // whoever describes groups is a person, too: the first
  const everybody = kind === 'persons' ? ['dan', 'cat', 'bob', 'ann', 'someone'] : ['dan', 'cat', 'bob', 'ann']
  const without = (...names: string[]) => everybody.filter((name) => !names.includes(name))

  test('the newest first, or the oldest', async () => {
    const found = await namesOf(kind, '')
    expect([...found].sort()).toEqual([...everybody].sort())
    expect(found.slice(0, 3)).toEqual(['dan', 'cat', 'bob'])
    expect(await namesOf(kind, 'order=created_at')).toEqual(found.toReversed())
    expect(await namesOf(kind, 'order=-created_at&limit=1&offset=1')).toEqual(['cat'])
  })

  test.each([
    ['exact', 'plan', 'Pro', ['ann']],
    ['exact', 'plan', ['Pro', 'free'], ['ann', 'bob']],
    ['exact', 'age', 4, ['bob']],
    ['exact', 'paid', ['true'], ['ann']],
    ['is_not', 'plan', 'Pro', without('ann')],
    ['icontains', 'plan', 'PRO', ['ann', 'cat']],
    ['icontains', 'rate', '0%', ['bob']],
    ['not_icontains', 'plan', 'PRO', without('ann', 'cat')],
    ['regex', 'plan', '^[Pp]ro$', ['ann']],
    ['not_regex', 'plan', 'ro', without('ann', 'cat')],
    ['gt', 'age', 4, ['ann', 'cat']],
    ['gte', 'age', 30, ['ann', 'cat']],
    ['lt', 'age', 30, ['bob']],
    ['lte', 'age', '30', ['ann', 'bob']],
    ['min', 'age', 100, ['cat']],
    ['max', 'age', 4, ['bob']],
    ['between', 'age', [4, 30], ['ann', 'bob']],
    ['is_set', 'paid', null, ['ann', 'bob']],
    ['is_not_set', 'paid', null, without('ann', 'bob')],
    ['is_date_exact', 'joined', '2020-03-01', ['ann']],
    ['is_date_before', 'joined', '2021-01-01', ['ann']],
    ['is_date_after', 'joined', '2021-01-01', ['bob']],
    ['in', 'plan', ['free', 'x'], ['bob']],
    ['not_in', 'plan', ['free', 'x'], without('bob')],
  ] as const)('filters: %s %s %j', async (operator, key, value, expected) => {
    const filters = json([{ key, operator, value, ...type }])
    expect((await namesOf(kind, `properties=${filters}`)).sort()).toEqual([...expected].sort())
    // their own properties are meant unless something else is said
    const bare = json([{ key, operator, value }])
    expect((await namesOf(kind, `properties=${bare}`)).sort()).toEqual([...expected].sort())
  })

  test('groups of filters, and expressions', async () => {
    const either = {
      type: 'OR',
      values: [
        { key: 'plan', value: 'Pro' },
        { key: 'age', operator: 'gt', value: 90 },
      ],
    }
    expect((await namesOf(kind, `properties=${json(either)}`)).sort()).toEqual(['ann', 'cat'])
    const expression = json([{ type: 'hogql', key: 'properties.age > 5 and properties.paid' }])
    expect(await namesOf(kind, `properties=${expression}`)).toEqual(['ann'])
  })

  test.each([
    ['X.TEST', ['ann', 'bob']],
    ['great', ['cat']],
    ['the" \\ g', ['cat']],
    ['treasure', ['cat']],
    ['AN', ['ann', 'dan']],
    // keys are no values
    ['joined', []],
    ['eep', []],
    // a text is searched for as it is
    ['0%', ['bob']],
    ['1_0', []],
    ['.+', []],
    ['30', ['ann']],
    ['100', ['bob', 'cat']],
    ['"', ['cat']],
    ['nobody at all', []],
  ])('searches values of properties and names: %s', async (search, expected) => {
    expect((await namesOf(kind, `search=${encodeURIComponent(search)}`)).sort()).toEqual(expected)
  })

  test.each([
    [{ properties: '[' }, 'properties'],
    [{ properties: json([{ key: 'a', value: 1, type: 'event' }]) }, 'properties__0__value'],
    [{ properties: json([{ key: 'a', value: 1, operator: 'near' }]) }, 'properties.0.operator'],
    [{ properties: json([{ key: 'a', value: '(', operator: 'regex' }]) }, 'properties__0__value'],
    [{ properties: json([{ key: 'a', value: [1], operator: 'between' }]) }, 'properties__0__value'],
    [{ properties: json([{ type: 'hogql', key: 'event' }]) }, 'properties__0__key'],
    [{ order: 'name' }, 'order'],
    [{ cursor: 'x' }, 'cursor'],
    [{ cursor: '2020-99-01T00:00:00Z,1' }, 'cursor'],
    [{ cursor: '2020-01-01T00:00:00Z,9999999999' }, 'cursor'],
    [{ search: 'x'.repeat(401) }, 'search'],
  ])('refuses %j', async (query, attr) => {
    const [[key, value] = ['', '']] = Object.entries(query)
    const { status, body } = await server.call('GET', `${project.path}${LISTS[kind].path}${key}=${value}`)
    expect([status, body.attr ?? body.detail.split(':')[0]]).toEqual([400, attr])
  })

  test.each(['%00', '%F0%9F%98%80', '%ED%A0%80', '(', '%5C', "'", '%25', '%0A', '-1', 'null', '[]', '9'.repeat(300)])(
    'whatever a parameter is, it is no error of ours: %s',
    async (odd) => {
      for (const key of ['search', 'distinct_id', 'email', 'uuid', 'cohort', 'properties', 'order', 'cursor']) {
        const { status } = await server.call('GET', `${project.path}${LISTS[kind].path}${key}=${odd}`)
        expect([200, 400], `${key}=${odd}`).toContain(status)
      }
    },
  )

  test('pages go on after the last row, also between rows of one instant, and back', async () => {
    const other = await makeProject(server)
    const at = '2020-01-01T00:00:00.123456Z'
    await other.send(['a', 'b', 'c', 'd', 'e'].map((name) => LISTS[kind].made(name, at, {})))
    for (const order of ['-created_at', 'created_at']) {
      const whole = await namesOf(kind, `order=${order}`, other)
      for (const limit of [1, 2, 3]) {
        const seen: string[][] = []
        let page = await list(`${other.path}${LISTS[kind].path}order=${order}&limit=${limit}`)
        expect(page.previous).toBeNull()
        seen.push(page.results.map((row) => LISTS[kind].nameOf(row)))
        while (page.next) {
          page = await list(pathOf(page.next))
          seen.push(page.results.map((row) => LISTS[kind].nameOf(row)))
        }
        expect(seen.flat()).toEqual(whole)
        const back: string[][] = []
        for (;;) {
          back.unshift(page.results.map((row) => LISTS[kind].nameOf(row)))
          if (!page.previous) break
          page = await list(pathOf(page.previous))
        }
        expect(back.flat()).toEqual(whole)
        expect(back.every((names) => names.length <= limit)).toBe(true)
      }
    }
  })

  test('rows that come meanwhile move nothing', async () => {
    const other = await makeProject(server)
    const made = (name: string, second: number) =>
      LISTS[kind].made(name, `2020-01-01T00:00:${String(second).padStart(2, '0')}Z`, { n: 1 })
    await other.send([made('a', 10), made('b', 20), made('c', 30), made('d', 40)])
    const whole = await namesOf(kind, '', other)
    const filters = json([{ key: 'n', value: 1 }])
    const first = await list(`${other.path}${LISTS[kind].path}limit=2&properties=${filters}`)
    await other.send([made('newer', 50), made('newest', 55)])
    const second = await list(pathOf(first.next ?? ''))
    const names = [...first.results, ...second.results].map((row) => LISTS[kind].nameOf(row))
    expect(names).toEqual(whole.filter((name) => name !== 'someone'))
    expect((await list(pathOf(second.previous ?? ''))).results).toEqual(first.results)
    expect(second.next).toBeNull()
  })

  test('offsets go on to work', async () => {
    const whole = await namesOf(kind, '')
    const page = await list(`${project.path}${LISTS[kind].path}limit=1&offset=2`)
    expect(page.results.map((row) => LISTS[kind].nameOf(row))).toEqual(whole.slice(2, 3))
    expect(new URL(page.previous ?? '').searchParams.get('offset')).toBe('1')
    expect(await namesOf(kind, 'offset=2147483647')).toEqual([])
  })

  test('nobody of another project is listed', async () => {
    const other = await makeProject(server)
    expect(await namesOf(kind, '', other)).toEqual([])
    const place = encodeURIComponent('2030-01-01T00:00:00Z,2147483647')
    for (const query of [
      'search=a',
      `properties=${json([{ key: 'age', operator: 'gt', value: 1 }])}`,
      `cursor=${place}`,
    ])
      expect(await namesOf(kind, query, other), query).toEqual([])
    await other.send([LISTS[kind].made('ann', '2020-01-05T00:00:00Z', { email: 'ann@other.test' })])
    expect(await namesOf(kind, 'search=ann@', other)).toEqual(['ann'])
    expect(await namesOf(kind, 'search=other.test')).toEqual([])
  })

  test('a page costs one call of the database once its project is known', async () => {
    const path = `${project.path}${LISTS[kind].path}limit=2`
    await list(path)
    expect(await server.counted(() => list(path))).toEqual({ redis: 1, postgres: 1, qstash: 0 })
  })
})

test('persons by what names them', async () => {
  const [ann] = (await server.call('GET', `${project.path}persons/?distinct_id=ann`)).body.results
  const { id, uuid } = ann
  expect(ann).toEqual({
    id: expect.any(Number),
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'ann@x.test',
    distinct_ids: ['ann'],
    properties: ACTORS.ann,
    created_at: '2020-01-01T00:00:00Z',
    is_identified: false,
    last_seen_at: null,
  })
  expect(await namesOf('persons', `uuid=${uuid.toUpperCase()},nothing`)).toEqual(['ann'])
  expect(await namesOf('persons', 'uuid=nothing')).toEqual([])
  expect(await namesOf('persons', 'email=bob@x.test')).toEqual(['bob'])
  expect(await namesOf('persons', 'email=bob@x.test&distinct_id=ann')).toEqual([])
  expect(await namesOf('persons', 'distinct_id=ghost')).toEqual([])
  const other = await makeProject(server)
  for (const ref of [id, uuid]) {
    expect((await server.call('GET', `${project.path}persons/${ref}/`)).body).toEqual(ann)
    expect((await server.call('GET', `${other.path}persons/${ref}/`)).status).toBe(404)
  }
  expect(await namesOf('persons', `uuid=${uuid}`, other)).toEqual([])
  const ghost = json([{ key: 'id', type: 'cohort', value: 999_999 }])
  expect(await server.call('GET', `${project.path}persons/?properties=${ghost}`)).toMatchObject({
    status: 400,
    body: { code: 'does_not_exist', attr: 'properties__0__value' },
  })
  const nowhere = await server.call('GET', `${project.path}persons/?cohort=999999`)
  expect(nowhere).toMatchObject({ status: 400, body: { attr: 'cohort' } })
})

test('a group by its type and key', async () => {
  const find = async (index: number, key: string) =>
    await server.call('GET', `${project.path}groups/find/?group_type_index=${index}&group_key=${key}`)
  expect((await find(0, 'ann')).body).toEqual({
    group_type_index: 0,
    group_key: 'ann',
    group_properties: ACTORS.ann,
    created_at: '2020-01-01T00:00:00Z',
  })
  expect((await find(1, 'ann')).body.group_properties).toEqual({ plan: 'Pro' })
  expect((await find(0, 'ghost')).status).toBe(404)
  expect((await find(3, 'ann')).status).toBe(404)
  expect(await find(5, 'ann')).toMatchObject({ status: 400, body: { attr: 'group_type_index' } })
})
