/** HogQLQuery: whole texts of SQL, through `POST query/`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string, more: object = {}, body: object = {}) =>
  server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query, ...more }, ...body })
async function rows(query: string, more: object = {}, body: object = {}) {
  const { status, body: answer } = await ask(query, more, body)
  expect(status, JSON.stringify(answer)).toBe(200)
  return answer.results
}
const refused = async (query: string, more: object = {}) => {
  const { status, body } = await ask(query, more)
  return [status, body.code, body.detail]
}

beforeAll(() =>
  project.send([
    event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { plan: 'pro', price: 10 } }),
    event('seen', 'b', '2020-01-02T11:30:00.5Z', { properties: { plan: 'free', price: 2.5 } }),
    event('paid', 'a', '2020-01-03T12:00:00Z', { properties: { plan: 'pro' } }),
  ]),
)

test('rows are lists, in the order of the columns, which have names and types', async () => {
  const { status, body } = await ask('select event as what, count() as times from events group by event order by what')
  expect([status, body]).toMatchObject([
    200,
    {
      results: [
        ['paid', 1],
        ['seen', 2],
      ],
      columns: ['what', 'times'],
      types: [
        ['what', 'String'],
        ['times', expect.any(String)],
      ],
      hasMore: false,
      limit: 100,
      offset: 0,
      error: null,
    },
  ])
})

const FREE = { key: 'plan', value: 'free', operator: 'exact', type: 'event' }

describe('placeholders', () => {
  test('values are constants, also where LIMIT stands, and lists', async () => {
    expect(
      await rows('select distinct_id from events where properties.plan = {plan}', { values: { plan: 'free' } }),
    ).toEqual([['b']])
    const values = { plans: ['free', 'none'], most: 1 }
    expect(
      await rows('select distinct_id from events where properties.plan in {plans} limit {most}', { values }),
    ).toEqual([['b']])
  })

  test.each([
    ['select {foo} from events', {}, 'Unresolved placeholder: {foo}'],
    ['select {plam} from events', { plan: 1, plam2: [] }, 'Did you mean {plan}?'],
    ['select {it} from events', { it: { a: 1 } }, 'is a text, a number'],
    ['select {it.a} from events', { it: 1 }, '{it.a}'],
  ])('%s is refused', async (query, values, detail) => {
    expect(await refused(query, { values })).toEqual([400, 'hogql_error', expect.stringContaining(detail)])
  })

  const COUNT = 'select count() as c from events where {filters}'

  test.each<[object | undefined, number]>([
    [undefined, 3],
    [{}, 3],
    [{ properties: [FREE] }, 1],
    [
      {
        properties: {
          type: 'OR',
          values: [
            { type: 'AND', values: [FREE] },
            { type: 'AND', values: [{ ...FREE, value: 'pro' }] },
          ],
        },
      },
      3,
    ],
    [{ dateRange: { date_from: '2020-01-02' } }, 2],
    // the day of the end is left out
    [{ dateRange: { date_from: 'all', date_to: '2020-01-03' } }, 2],
    [{ dateRange: { date_from: '-7d' } }, 0],
  ])('{filters} with %j', async (filters, count) => {
    expect(await rows(COUNT, { filters })).toEqual([[count]])
    expect(await rows(COUNT.replace('events', 'events as e'), { filters })).toEqual([[count]])
  })

  test('{filters} stands for the test accounts, too', async () => {
    const changed = await server.call('PATCH', `/api/projects/${project.id}/`, {
      test_account_filters: [{ ...FREE, operator: 'is_not' }],
    })
    expect(changed.status).toBe(200)
    expect(await rows(COUNT, { filters: { filterTestAccounts: true } })).toEqual([[2]])
  })

  test('an end of the range that is open makes its comparison true', async () => {
    const between =
      'select count() as c from events where timestamp >= {filters.dateRange.from} and timestamp < {filters.dateRange.to}'
    expect(await rows(between)).toEqual([[3]])
    expect(await rows(between, { filters: { dateRange: { date_from: '2020-01-02', date_to: '2020-01-03' } } })).toEqual(
      [[1]],
    )
  })

  test.each([
    ['select count() from persons where {filters}', "Cannot use 'filters' placeholder"],
    ['select 1 from events where {filters.nonsense}', 'Unsupported filters placeholder `{filters.nonsense}`'],
    ['select {filters.dateRange.from} from events', 'must be used directly in a comparison'],
  ])('%s is refused', async (query, detail) => {
    expect(await refused(query)).toEqual([400, 'hogql_error', expect.stringContaining(detail)])
  })

  test('sessions are filtered by what sessions have', async () => {
    expect(await refused('select count() from sessions where {filters}', { filters: { properties: [FREE] } })).toEqual([
      400,
      'hogql_error',
      expect.stringContaining('Can only use session properties'),
    ])
  })
})

describe('variables', () => {
  const made = (body: object) => server.call('POST', `${project.path}insight_variables/`, body)

  test('a query gives the value, else it is the default; a change of the default is another answer', async () => {
    const { body: plan } = await made({ name: 'Plan', type: 'String', default_value: 'pro' })
    const text = 'select count() as c from events where properties.plan = {variables.plan}'
    const variables = (more: object) => ({
      variables: { [plan.id]: { variableId: plan.id, code_name: 'plan', ...more } },
    })
    expect(await rows(text, variables({ value: 'free' }))).toEqual([[1]])
    expect(await rows(text, variables({}))).toEqual([[2]])
    expect(await rows(text, variables({ isNull: true }))).toEqual([[0]])
    const changed = await server.call('PATCH', `${project.path}insight_variables/${plan.id}/`, {
      default_value: 'free',
    })
    expect(changed.status).toBe(200)
    expect(await rows(text, variables({}))).toEqual([[1]])
    const over = { variables_override: { [plan.id]: { value: 'none' } } }
    expect(await rows(text, variables({}), over)).toEqual([[0]])
    expect(await refused(text.replace('.plan}', '.plam}'), variables({}))).toEqual([
      400,
      'hogql_error',
      expect.stringContaining('Variable plam is missing from query. Did you mean: plan?'),
    ])
  })

  test('a value that a list does not allow is refused', async () => {
    const { body: size } = await made({ name: 'Size', type: 'List', values: ['S', 'L'], default_value: 'S' })
    const variables = { [size.id]: { variableId: size.id, code_name: 'size', value: 'M' } }
    expect(await refused('select {variables.size} from events', { variables })).toEqual([
      400,
      'hogql_error',
      expect.stringContaining('"M" is none of the values'),
    ])
  })

  test('one that is not there', async () => {
    expect(await refused('select {variables.no} from events')).toEqual([
      400,
      'hogql_error',
      expect.stringContaining('missing from query'),
    ])
    const variables = { x: { variableId: 'x', code_name: 'no' } }
    expect(await refused('select {variables.no} from events', { variables })).toEqual([
      400,
      'hogql_error',
      expect.stringContaining('does not exist'),
    ])
  })
})

test('properties are read by their definitions, in every sub-query', async () => {
  const price = 'select max(p) as most from (select e.properties.price as p from events as e)'
  expect(await rows(price)).toEqual([[10]])
})

test('cohorts and actions by their names', async () => {
  const action = await server.call('POST', `${project.path}actions/`, { name: 'paying', steps: [{ event: 'paid' }] })
  expect(action.status).toBe(201)
  expect(await rows("select count() as c from events as e where matchesAction('paying')")).toEqual([[1]])
  expect(await rows(`select count() as c from events where matchesAction(${action.body.id})`)).toEqual([[1]])
  expect(await refused("select count() as c from events where matchesAction('none')")).toEqual([
    400,
    'hogql_error',
    expect.stringContaining('"none"'),
  ])
  expect(await refused("select count() as c from events where person_id in cohort 'none'")).toEqual([
    400,
    'hogql_error',
    expect.stringContaining('"none"'),
  ])
})

test('`hogql` is the text with its placeholders filled: sent back, it gives the same rows', async () => {
  const filters = { properties: [FREE], dateRange: { date_from: '2020-01-02', date_to: '2020-01-09' } }
  const { body } = await ask(
    "SELECT count() c, {word} || 's' w FROM events e WHERE {filters} AND e.timestamp > {filters.dateRange.from};",
    { filters, values: { word: "it's" } },
  )
  expect(body.hogql).not.toContain('{')
  expect(body.results).toEqual([[1, "it'ss"]])
  const again = await ask(body.hogql)
  expect([again.body.hogql, again.body.results]).toEqual([body.hogql, body.results])
})

test('`explain: true` tells the plan in words', async () => {
  const plain = await ask("select count() as c from events where event = 'paid'")
  const told = await ask("select count() as c from events where event = 'paid'", { explain: true })
  expect([plain.body.explain, told.status]).toEqual([undefined, 200])
  expect(told.body.explain).toEqual(expect.arrayContaining([expect.any(String)]))
})

test('sessions and groups take filters of their own', async () => {
  const $groups = { company: 'acme' }
  await project.send([
    event('$groupidentify', 'g', '2020-01-01T09:00:00Z', {
      properties: { $group_type: 'company', $group_key: 'acme', $group_set: { tier: 'gold' } },
    }),
    event('$pageview', 'a', '2020-01-02T10:00:00Z', {
      properties: { $groups, $session_id: '01890a5d-ac96-774b-bcce-b302099a8057', $current_url: 'https://a.test/' },
    }),
  ])
  const long = { key: '$session_duration', value: 100, operator: 'gt', type: 'session' }
  const dateRange = { date_from: '2020-01-02', date_to: '2020-01-04' }
  const sessions = 'select count() as c from sessions where {filters}'
  expect(await rows(sessions, { filters: { dateRange } })).toEqual([[1]])
  expect(await rows(sessions, { filters: { dateRange, properties: [long] } })).toEqual([[0]])
  const tier = (value: string) => [{ key: 'tier', value, operator: 'exact', type: 'group', group_type_index: 0 }]
  const groups = 'select count() as c from groups where {filters}'
  expect(await rows(groups, { filters: { properties: tier('gold') } })).toEqual([[1]])
  expect(await rows(groups, { filters: { properties: tier('silver') } })).toEqual([[0]])
  expect(await rows(groups, { filters: { dateRange: { date_to: '2019-01-01' } } })).toEqual([[0]])
})

test('a dashboard gives the variables of its insights values', async () => {
  const made = (path: string, body: object) => server.call('POST', project.path + path, body)
  const { body: name } = await made('insight_variables/', { name: 'Event', type: 'String', default_value: 'paid' })
  const variables = { [name.id]: { variableId: name.id, code_name: 'event', value: 'seen' } }
  const { body: dashboard } = await made('dashboards/', { name: 'of variables', variables })
  const query = 'select count() as c from events where event = {variables.event}'
  const { body: insight } = await made('insights/', {
    query: {
      kind: 'DataVisualizationNode',
      source: { kind: 'HogQLQuery', query, variables: { [name.id]: { variableId: name.id, code_name: 'event' } } },
    },
    dashboards: [dashboard.id],
  })
  const read = async (rest: string) =>
    (await server.call('GET', `${project.path}insights/${insight.id}/?refresh=blocking&${rest}`)).body.result
  expect(await read('')).toEqual([[1]])
  expect(await read(`from_dashboard=${dashboard.id}`)).toEqual([[2]])
  const override = JSON.stringify({ [name.id]: { value: 'nothing' } })
  expect(await read(`from_dashboard=${dashboard.id}&variables_override=${encodeURIComponent(override)}`)).toEqual([[0]])
})
