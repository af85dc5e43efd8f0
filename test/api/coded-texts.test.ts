/**
 * Texts that events hold as numbers (names, ids, values of hot properties), in every operator, with constants that are
 * known and that are not: what the database says against what the texts themselves say.
 */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

interface Row {
  readonly event: string
  readonly distinct_id: string
  readonly $browser: string | null
  readonly $os: string | null
  readonly $session_id: string
  readonly $group_0: string
}
type Field = keyof Row

const LONG = `Z${'x'.repeat(300)}`
const row = (
  event: string,
  distinct_id: string,
  $browser: string | null,
  $os: string | null,
  more: readonly [session: string, group: string],
): Row => ({ event, distinct_id, $browser, $os, $session_id: more[0], $group_0: more[1] })
const ROWS: readonly Row[] = [
  row('open', 'u1', 'Chrome', 'mac', ['s1', 'acme']),
  row('open', 'U2', 'chrome', LONG, ['', '']),
  row('Open', 'u_3', 'Safari', 'linux', ['s1', 'Globex']),
  row('close', 'u1', null, null, ['S2', '']),
  row('close', 'é4', '', 'Mac', ['', 'acme']),
]
/** What each field is, compared with constants that are there and with some that are not. */
const CONSTANTS: Readonly<Record<Field, readonly string[]>> = {
  event: ['open', 'nope'],
  distinct_id: ['u1', 'nobody'],
  $browser: ['Chrome', 'Lynx'],
  $os: ['mac', 'beos'],
  $session_id: ['s1', 's9'],
  $group_0: ['acme', 'umbrella'],
}
const FIELDS = Object.keys(CONSTANTS) as Field[]

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send(
    ROWS.map(({ event: name, distinct_id, $browser, $os, $session_id, $group_0 }, index) =>
      event(name, distinct_id, `2020-01-01T1${index}:00:00Z`, {
        properties: {
          bit: 2 ** index,
          ...($browser === null ? {} : { $browser }),
          $os,
          ...($session_id ? { $session_id } : {}),
          ...($group_0 ? { $groups: { org: $group_0 } } : {}),
        },
      }),
    ),
  )
})

interface Case {
  readonly filter: object
  readonly holds: (value: string | null) => boolean
}

const isAnyOf = (values: readonly string[]) => (value: string | null) => value !== null && values.includes(value)
const has = (value: string | null, part: string) => value?.toLowerCase().includes(part.toLowerCase()) ?? false
const not = (test: Case['holds']) => (value: string | null) => !test(value)
const bytes = (text: string) => Buffer.from(text)
const order = (value: string | null, constant: string): number | null =>
  value === null ? null : Buffer.compare(bytes(value), bytes(constant))

/** The operators of filters; negations hold where there is no text. */
function filters(field: Field, constants: readonly string[]): Case[] {
  const type = field === '$browser' || field === '$os' ? 'event' : 'event_metadata'
  const of = (operator: string, value: unknown, holds: Case['holds']): Case => ({
    filter: { type, key: field, operator, value },
    // to filters a group is a property of the event: missing rather than empty
    holds: (value) => holds(field === '$group_0' && value === '' ? null : value),
  })
  const isSet = (value: string | null) => value !== null && (type === 'event' || value !== '')
  return [
    of('is_set', 'is_set', isSet),
    of('is_not_set', 'is_not_set', not(isSet)),
    ...[...constants, ''].flatMap((c) => [
      of('exact', c, isAnyOf([c])),
      of('is_not', c, not(isAnyOf([c]))),
      of('gt', c, (value) => (order(value, c) ?? 0) > 0),
      of('gte', c, (value) => (order(value, c) ?? -1) >= 0),
      of('lt', c, (value) => (order(value, c) ?? 0) < 0),
      of('lte', c, (value) => (order(value, c) ?? 1) <= 0),
    ]),
    ...constants.flatMap((c) => [
      of('icontains', c, (value) => has(value, c)),
      of('not_icontains', c, (value) => !has(value, c)),
      of('regex', `^${c}`, (value) => value?.startsWith(c) ?? false),
      of('not_regex', `^${c}`, (value) => !value?.startsWith(c)),
    ]),
    ...[constants, [...constants].reverse(), [`${constants[1]}!`, `${constants[1]}?`], ['', 'x']].flatMap((list) => [
      of('exact', list, isAnyOf(list)),
      of('is_not', list, not(isAnyOf(list))),
    ]),
  ]
}

/** The operators of expressions, and their opposites. Null is a value like others, and before or behind nothing. */
function expressions(field: Field, constants: readonly string[]): Case[] {
  const name = field === '$browser' || field === '$os' ? `properties.${field}` : field
  const positive = [...constants, ''].flatMap((c): [string, Case['holds']][] => [
    [`${name} = '${c}'`, isAnyOf([c])],
    [`'${c}' = ${name}`, isAnyOf([c])],
    [`${name} != '${c}'`, not(isAnyOf([c]))],
    [`${name} < '${c}'`, (value) => (order(value, c) ?? 0) < 0],
    [`'${c}' < ${name}`, (value) => (order(value, c) ?? 0) > 0],
    [`${name} >= '${c}'`, (value) => (order(value, c) ?? -1) >= 0],
    [`${name} like '${c}%'`, (value) => value?.startsWith(c) ?? false],
    [`${name} not like '${c}%'`, (value) => !value?.startsWith(c)],
    [`${name} ilike '%${c}%'`, (value) => has(value, c)],
    [`${name} =~ '^${c}'`, (value) => value?.startsWith(c) ?? false],
    [`${name} !~ '^${c}'`, (value) => !value?.startsWith(c)],
    [`${name} in ('${c}', 'none of them')`, isAnyOf([c])],
    [`${name} not in ('${c}', 'none of them')`, not(isAnyOf([c]))],
    [`${name} in ('${c}', null)`, (value) => value === null || value === c],
    [`lower(${name}) = '${c.toLowerCase()}'`, (value) => value?.toLowerCase() === c.toLowerCase()],
    [`if(${name} = '${c}', 'y', 'n') = 'n'`, not(isAnyOf([c]))],
  ])
  return positive.flatMap(([text, holds]) => [
    { filter: { type: 'hogql', key: text }, holds },
    { filter: { type: 'hogql', key: `not (${text})` }, holds: not(holds) },
  ])
}

const cases = (field: Field) => [...filters(field, CONSTANTS[field]), ...expressions(field, CONSTANTS[field])]
const SERIES = 26

test.each(FIELDS)(
  '%s is compared as the text it is, by every operator, whether or not the constant is known',
  async (field) => {
    const all = cases(field)
    const wrong: unknown[] = []
    for (let from = 0; from < all.length; from += SERIES) {
      const some = all.slice(from, from + SERIES)
      const counts = (series: object[]) => ({
        series,
        dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' },
        trendsFilter: { display: 'BoldNumber' },
      })
      const bits = { kind: 'EventsNode', event: null, math: 'sum', math_property: 'bit' }
      const body = {
        query: { kind: 'TrendsQuery', ...counts(some.map(({ filter }) => ({ ...bits, properties: [filter] }))) },
      }
      const answer = await server.call('POST', `${project.path}query/`, body)
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      for (const [index, { filter, holds }] of some.entries()) {
        const expected = ROWS.reduce((sum, row, bit) => sum + (holds(row[field]) ? 2 ** bit : 0), 0)
        const found = answer.body.results[index].aggregated_value
        if (found !== expected) wrong.push({ filter, found, expected })
      }
    }
    expect(wrong).toEqual([])
  },
)

test.each([
  ['distinct_id', 1],
  ['event', 2],
  [`concat(event, '!')`, 2],
  [`concat(distinct_id, '-', event)`, 0],
  ['$session_id', 1],
  ['properties.$browser', 0],
])('a funnel by %s goes by its texts', async (funnelAggregateByHogQL, converted) => {
  const step = { kind: 'EventsNode', event: null }
  const body = {
    query: {
      kind: 'FunnelsQuery',
      series: [step, step],
      dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' },
      funnelsFilter: { funnelAggregateByHogQL },
    },
  }
  const { results } = (await server.call('POST', `${project.path}query/`, body)).body
  expect(results[1].count).toBe(converted)
})
