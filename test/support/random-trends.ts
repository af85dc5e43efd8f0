/** Small worlds and TrendsQuery nodes at random, the same for the same seed. One file: a query is made of its world. */
import type { Random } from '../../local/demo/random.ts'
import type { Filter, FilterGroup, Json, World, WorldEvent } from './evaluated-world.ts'
import type { Query } from './trends-evaluator.ts'

const DAY_MS = 86_400_000
/** The first day that worlds have events on. */
export const WORLD_START = Date.UTC(2024, 1, 20)
const ZONES = [
  ['UTC', 3],
  ['America/New_York', 2],
  ['Asia/Kolkata', 1],
  ['Europe/Berlin', 2],
  // a day of theirs has no midnight
  ['America/Havana', 1],
  ['Asia/Beirut', 1],
  ['Atlantic/Azores', 1],
] as const
const EVENTS = ['view', 'click', 'buy']
const GROUPS = ['acme', 'globex', 'initech']

/** Half of the people are known by a second id, which is merged at the end. */
export const distinctId = (person: number, second: boolean) =>
  second && person % 2 === 0 ? `anon-${person}` : `user-${person}`

interface WorldOptions {
  /** How often each of the events is seen among the others. */
  readonly weights?: readonly number[]
  /** Events at whole hours, many at the same, of few persons. */
  readonly crowded?: boolean
}

/** 45 days around a change of daylight saving, about 70 events. */
export function randomWorld(random: Random, { weights = [1, 1, 1], crowded = false }: WorldOptions = {}): World {
  const persons = Array.from({ length: random.between(3, crowded ? 4 : 8) }, () => properties(random, ['plan', 'age']))
  const cohorts = [
    { property: 'plan', value: 'team' },
    { property: 'plan', value: 'free' },
    { property: 'age', value: 18 },
  ]
  const groups = Object.fromEntries(GROUPS.map((group) => [group, properties(random, ['tier'])]))
  const times = new Set<number>()
  const events = Array.from({ length: random.between(40, crowded ? 200 : 100) }, (_, index): WorldEvent => {
    let at = WORLD_START + Math.floor(random.next() * 45 * DAY_MS)
    if (crowded) at -= at % (6 * 3_600_000)
    // on and next to midnight more often than chance would have it
    if (random.chance(0.2)) at = Math.round(at / 3_600_000) * 3_600_000 - (random.chance(0.5) ? 1 : 0)
    while (!crowded && times.has(at)) at += 1
    times.add(at)
    const person = random.between(0, persons.length)
    return {
      event: random.pick(EVENTS.map((event, index) => [event, weights[index] ?? 1] as const)),
      person,
      distinctId: distinctId(person, index % 3 === 0),
      session: random.chance(0.8) ? `s${random.between(0, 20)}` : null,
      group: random.chance(0.7) ? (GROUPS[random.between(0, GROUPS.length)] ?? null) : null,
      at,
      properties: properties(random, ['plan', '$browser', 'amount', 'flag', 'due']),
    }
  })
  return { timezone: random.pick(ZONES), weekStartDay: random.chance(0.5) ? 1 : 0, events, persons, groups, cohorts }
}

const VALUES: Readonly<Record<string, (random: Random) => unknown>> = {
  plan: (random) =>
    random.pick([
      ['free', 4],
      ['team', 3],
      ['Team', 1],
      ['', 1],
      [null, 1],
      ['a%b', 1],
      ["o'x", 1],
    ]),
  tier: (random) =>
    random.pick([
      ['gold', 2],
      ['tin', 2],
      [null, 1],
    ]),
  age: (random) =>
    random.pick([
      [17, 1],
      [18, 1],
      [30.5, 1],
      [null, 1],
    ]),
  amount: (random) =>
    random.pick([
      [0, 1],
      [1, 2],
      [2.5, 2],
      [10, 1],
      [-3, 1],
      [null, 1],
    ]),
  $browser: (random) =>
    random.pick([
      ['Chrome', 4],
      ['Firefox', 2],
      ['', 1],
      [null, 1],
      ['x'.repeat(210), 1],
    ]),
  flag: (random) => random.chance(0.5),
  due: (random) =>
    random.pick<unknown>([
      ['2024-03-10T12:00:00Z', 1],
      ['2024-03-01T23:30:00Z', 1],
      ['2024-03-02', 1],
      [1_710_072_000, 1],
      [1_709_336_000_000, 1],
      ['1709336000000', 1],
      ['2024-03-02T00:00:00+99:00', 1],
      [null, 1],
    ]),
}

/** Values at random of most of the keys. */
export function properties(random: Random, keys: readonly string[]): Json {
  return Object.fromEntries(keys.filter(() => random.chance(0.85)).map((key) => [key, VALUES[key]?.(random)]))
}

const MATHS = [
  'total',
  'dau',
  'unique_group',
  'unique_session',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'p90',
  'weekly_active',
  'monthly_active',
  'first_time_for_user',
  'first_matching_event_for_user',
  'avg_count_per_actor',
  'p75_count_per_actor',
]
const OWNERS = [
  ['plan', 'event'],
  ['$browser', 'event'],
  ['amount', 'event'],
  ['flag', 'event'],
  ['plan', 'person'],
  ['age', 'person'],
  ['tier', 'group'],
] as const
const FORMULAS = ['A + B', 'b-a', 'A/B', '(A + B) / (A - B)']
const PATTERNS = ['^te', 'a.b', 'e{2}$', '(?i)TEAM', "'x$", '[CF]\\w+', 'x{200,}', 'r(e|o)']
const TEXT_OPERATORS = ['exact', 'is_not', 'icontains', 'not_icontains', 'regex', 'not_regex', 'is_set', 'is_not_set']
const DATE_OPERATORS = ['is_date_before', 'is_date_after', 'is_date_exact', 'is_set']
const NUMBER_OPERATORS = ['exact', 'is_not', 'gt', 'gte', 'lt', 'lte', 'is_set', 'is_not_set']

export function randomQuery(random: Random): Query {
  const interval = random.pick([
    ['day', 5],
    ['week', 2],
    ['month', 1],
    ['hour', 1],
  ] as const)
  const length = interval === 'hour' ? random.between(0, 3) : random.between(0, 25)
  const first = random.between(5, 44 - Math.min(length, 38))
  const day = (offset: number) => new Date(WORLD_START + offset * DAY_MS).toISOString().slice(0, 10)
  const owner = OWNERS[random.between(0, OWNERS.length)]
  const count = random.chance(0.3) ? 2 : 1
  const display = random.pick([
    ['ActionsLineGraph', 4],
    ['ActionsLineGraphCumulative', 1],
    ['ActionsPie', 1],
  ] as const)
  const isBroken = random.chance(0.4)
  const byCohorts = isBroken && random.chance(0.15)
  const known = count === 2 ? FORMULAS : ['A*2']
  const formulas = random.chance(0.2)
    ? Array.from({ length: random.between(1, 3) }, () => known[random.between(0, known.length)] ?? 'A*2')
    : []
  return {
    series: Array.from({ length: count }, () => {
      const math = MATHS[random.between(0, MATHS.length)] ?? 'total'
      // all events would include those that set the world up, which come first of all
      const all = random.chance(0.1) && !math.startsWith('first')
      return {
        event: all ? null : (EVENTS[random.between(0, EVENTS.length)] ?? null),
        math,
        math_property: 'amount',
        properties: random.chance(0.3) ? [randomFilter(random)] : [],
      }
    }),
    interval,
    from: day(first),
    to: day(first + length),
    properties: random.chance(0.5) ? randomGroup(random, 2) : { type: 'AND', values: [] },
    display,
    cohorts: byCohorts ? [0, 1 + random.between(0, 2)] : null,
    formulas,
    // hours of an absolute end are one instant
    compare:
      interval !== 'hour' && random.chance(0.15)
        ? {
            to: random.pick([
              [null, 2],
              ['-1w', 1],
              ['-2d', 1],
            ]),
          }
        : null,
    smoothing:
      display === 'ActionsLineGraph' && !isBroken && formulas.length === 0 && random.chance(0.15)
        ? random.between(2, 8)
        : 1,
    breakdown:
      owner && isBroken && !byCohorts
        ? {
            property: owner[0],
            type: owner[1],
            limit: random.pick([
              [25, 2],
              [1, 1],
              [2, 1],
            ]),
          }
        : null,
  }
}

export const randomGroup = (random: Random, depth: number): FilterGroup => ({
  type: random.chance(0.5) ? 'AND' : 'OR',
  // seldom without any filter: such a group holds always
  values: Array.from({ length: random.chance(0.05) ? 0 : random.between(1, 4) }, () => {
    if (depth > 0 && random.chance(0.3)) return randomGroup(random, depth - 1)
    return random.chance(0.1) ? UNFILLED : randomFilter(random)
  }),
})

const NAMES: Readonly<Record<string, readonly string[]>> = {
  event: [...EVENTS, 'nope', ''],
  distinct_id: ['user-1', 'user-2', 'anon-2', 'anon-0', 'nobody', ''],
  $session_id: ['s1', 's7', 's19', 's99', ''],
}
const NAME_PATTERNS = ['^u', 'er-\\d$', '[ck]l?', '^s1', 'x']
const NAME_OPERATORS = [...TEXT_OPERATORS, 'gt', 'gte', 'lt', 'lte']
const SYMBOLS: Readonly<Record<string, string>> = { exact: '=', is_not: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' }

/** Of the event's name or ids, known and unknown ones, by an operator or an expression. */
function nameFilter(random: Random): Filter {
  const keys = Object.keys(NAMES)
  const key = keys[random.between(0, keys.length)] ?? 'event'
  const known = NAMES[key] ?? []
  const name = () => known[random.between(0, known.length)] ?? ''
  if (random.chance(0.4)) {
    const operators = Object.keys(SYMBOLS)
    const operator = operators[random.between(0, operators.length)] ?? 'exact'
    return { key, type: 'hogql', operator, value: name(), negated: random.chance(0.5) }
  }
  const operator = NAME_OPERATORS[random.between(0, NAME_OPERATORS.length)] ?? 'exact'
  const type = 'event_metadata'
  if (operator.includes('set')) return { key, type, operator }
  const patterns = operator.includes('contains') ? ['1', 'CLI', 'er', 'zz'] : NAME_PATTERNS
  if (operator.includes('contains') || operator.includes('regex'))
    return { key, type, operator, value: patterns[random.between(0, patterns.length)] ?? '' }
  const isList = (operator === 'exact' || operator === 'is_not') && random.chance(0.4)
  return { key, type, operator, value: isList ? [name(), name()] : name() }
}

/** The expression that a filter by one is written as. */
export const expressionOf = ({ key, operator, value, negated }: Filter): string => {
  const test = `${key} ${SYMBOLS[operator]} '${value}'`
  return negated ? `not (${test})` : test
}

/** Somebody is still typing it: it does not filter. */
const UNFILLED: Filter = { key: 'plan', type: 'event', operator: 'exact', value: null }

export function randomFilter(random: Random): Filter {
  if (random.chance(0.15)) return nameFilter(random)
  if (random.chance(0.08))
    return { key: 'id', type: 'cohort', operator: random.chance(0.5) ? 'in' : 'not_in', value: random.between(0, 3) }
  if (random.chance(0.08)) {
    const operator = DATE_OPERATORS[random.between(0, DATE_OPERATORS.length)] ?? 'is_set'
    const value = random.pick([
      ['2024-03-02', 1],
      ['2024-03-02T00:00:00Z', 1],
      ['2024-03-10T12:00:00Z', 1],
      ['2024-03-05', 1],
    ])
    return operator === 'is_set'
      ? { key: 'due', type: 'event', operator }
      : { key: 'due', type: 'event', operator, value }
  }
  const [key, type] = OWNERS[random.between(0, OWNERS.length)] ?? ['plan', 'event']
  const isNumber = key === 'amount' || key === 'age'
  const operators = isNumber ? NUMBER_OPERATORS : key === 'flag' ? ['exact', 'is_not', 'is_set'] : TEXT_OPERATORS
  const operator = operators[random.between(0, operators.length)] ?? 'exact'
  if (operator.includes('set')) return { key, type, operator }
  const value = () => VALUES[key]?.(random) ?? (isNumber ? 1 : 'free')
  const isList = ['exact', 'is_not'].includes(operator) && random.chance(0.3)
  // % and _ would be wildcards, an empty text is in every text
  const part = () =>
    random.pick([
      ['e', 1],
      ['TEAM', 1],
      ['ro', 1],
      ["'", 1],
    ])
  if (operator.includes('regex'))
    return { key, type, operator, value: PATTERNS[random.between(0, PATTERNS.length)] ?? '' }
  return { key, type, operator, value: operator.includes('contains') ? part() : isList ? [value(), value()] : value() }
}
