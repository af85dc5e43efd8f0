/** Worlds of people who come and go: bursts of events, days and weeks in between, times of creation of their own. */
import type { Random } from '../../local/demo/random.ts'
import type { Filter, Json, World, WorldEvent } from './evaluated-world.ts'
import { properties } from './random-trends.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** The first day that people are active on. */
export const ACTIVE_FROM = Date.UTC(2024, 1, 24)
export const ACTIVE_DAYS = 50
const ZONES = [
  ['UTC', 2],
  ['America/New_York', 2],
  // its clock moves by half an hour
  ['Australia/Lord_Howe', 2],
  ['Asia/Kolkata', 1],
  ['Europe/Berlin', 1],
  // a day of theirs has no midnight
  ['America/Havana', 1],
  ['Asia/Beirut', 1],
  ['Atlantic/Azores', 1],
] as const
const EVENTS = [
  ['view', 4],
  ['click', 3],
  ['buy', 2],
  ['$pageview', 4],
  ['$screen', 1],
] as const
const URLS = ['/', '/a', '/a/', '/b', '/b/1', '/b/2?x=1', '/c/12/edit', '', 'https://x.io/a/', '/A']
const SCREENS = ['home', 'cart', '/a', '']
const GROUPS = ['acme', 'globex', 'initech']

/** Rules of every project that clean the items of paths. */
export const PROJECT_RULES = [
  { regex: '/\\d+', alias: '/:id' },
  { regex: '^https://x\\.io', alias: '' },
]

export interface ActivityEvent extends WorldEvent {
  readonly uuid: string
}

export interface ActivityWorld extends World {
  readonly events: readonly ActivityEvent[]
  /** When each person was created; null: all of their events ask for no person. */
  readonly created: readonly (number | null)[]
  readonly groupsCreated: Readonly<Record<string, number>>
  readonly testAccounts: readonly Filter[]
}

/** About 150 events of up to 9 persons over 50 days around a change of daylight saving, some long before. */
export function activityWorld(random: Random): ActivityWorld {
  const count = random.between(4, 9)
  const isBare = Array.from({ length: count }, () => random.chance(0.1))
  const persons = isBare.map((bare) => (bare ? {} : properties(random, ['plan', 'age'])))
  const groups = Object.fromEntries(GROUPS.map((group) => [group, properties(random, ['tier'])]))
  const events: ActivityEvent[] = []
  const created = persons.map((_, person) => {
    const isKnown = !isBare[person]
    const ids = isKnown && random.chance(0.5) ? [`user-${person}`, `anon-${person}`] : [`user-${person}`]
    const times = walk(random)
    const add = (event: string, at: number, distinctId: string, more: Json) =>
      events.push(newEvent(random, event, at, person, distinctId, more))
    if (!isKnown) {
      for (const at of times) addActivity(random, add, at, ids, { $process_person_profile: false })
      return null
    }
    const starts = ids.map(() => creation(random, times))
    ids.forEach((id, index) => {
      add('$set', starts[index] ?? 0, id, index === 0 ? { $set: persons[person] } : {})
    })
    for (const at of times)
      addActivity(random, add, at, ids, random.chance(0.07) ? { $process_person_profile: false } : {})
    const [id, other] = ids
    if (id && other) add('$identify', times.at(-1) ?? 0, id, { $anon_distinct_id: other })
    return Math.min(...starts)
  })
  // whom the events belong to that make the groups
  const setup = persons.length
  const groupsCreated = Object.fromEntries(
    GROUPS.map((group) => {
      const first = events.find((event) => event.group === group)?.at ?? ACTIVE_FROM
      const at = random.chance(0.5) ? first : ACTIVE_FROM + random.between(-20, ACTIVE_DAYS) * DAY_MS
      const identify = {
        $group_type: 'org',
        $group_key: group,
        $group_set: groups[group],
        $process_person_profile: false,
      }
      events.push({ ...newEvent(random, '$groupidentify', at, setup, 'setup', identify), group: null })
      return [group, at]
    }),
  )
  return {
    timezone: random.pick(ZONES),
    weekStartDay: random.chance(0.5) ? 1 : 0,
    events,
    persons: [...persons, {}],
    created: [...created, null],
    groups,
    groupsCreated,
    cohorts: [
      { property: 'plan', value: 'team' },
      { property: 'plan', value: 'free' },
      { property: 'age', value: 18 },
    ],
    testAccounts: [
      random.pick<Filter>([
        [{ key: 'plan', type: 'person', operator: 'is_not', value: 'free' }, 2],
        [{ key: '$browser', type: 'event', operator: 'is_not', value: 'Firefox' }, 1],
        [{ key: 'id', type: 'cohort', operator: 'not_in', value: 0 }, 1],
      ]),
    ],
  }
}

/** Times of one person, in order: most follow soon, some the next days, the first perhaps long before. */
function walk(random: Random): number[] {
  const times: number[] = []
  let at = ACTIVE_FROM + Math.floor(random.next() * 20 * DAY_MS)
  if (random.chance(0.2)) times.push(at - random.between(30, 300) * DAY_MS)
  const end = ACTIVE_FROM + ACTIVE_DAYS * DAY_MS
  for (let left = random.between(4, 40); left > 0 && at < end; left--) {
    times.push(at)
    at += random.pick([
      [0, 1],
      [30 * MINUTE_MS, 1],
      [30 * MINUTE_MS - 1, 0.5],
      [random.between(1, 30 * MINUTE_MS), 8],
      [random.between(1, 6) * HOUR_MS, 4],
      [Math.floor((0.7 + random.next() * 0.6) * DAY_MS), 6],
      [random.between(1, 10) * DAY_MS, 2],
    ])
    // on and next to midnight more often than chance would have it
    if (random.chance(0.15)) at = Math.ceil(at / HOUR_MS) * HOUR_MS + random.between(0, 2) * (HOUR_MS - 1)
  }
  return times
}

/** The first of somebody is the first event, or before it, or was late. */
const creation = (random: Random, times: readonly number[]): number => {
  const first = times[0] ?? ACTIVE_FROM
  return random.pick([
    [first, 4],
    [first - random.between(1, 20) * HOUR_MS, 2],
    [first - random.between(1, 40) * DAY_MS, 1],
    [times[random.between(0, times.length)] ?? first, 1],
  ])
}

type Add = (event: string, at: number, distinctId: string, more: Json) => void

function addActivity(random: Random, add: Add, at: number, ids: readonly string[], more: Json): void {
  const event = random.pick(EVENTS)
  const one = <T>(list: readonly T[]) => list[random.between(0, list.length)]
  const page = event === '$pageview' && random.chance(0.95) ? { $current_url: one(URLS) } : {}
  const screen = event === '$screen' && random.chance(0.9) ? { $screen_name: one(SCREENS) } : {}
  const own = properties(random, ['plan', '$browser', 'amount', 'flag', 'due'])
  add(event, at, one(ids) ?? '', { ...own, ...page, ...screen, ...more })
}

const newEvent = (
  random: Random,
  event: string,
  at: number,
  person: number,
  distinctId: string,
  more: Json,
): ActivityEvent => ({
  event,
  at,
  person,
  distinctId,
  uuid: random.uuid(),
  session: random.chance(0.8) ? `s${random.between(0, 20)}` : null,
  group: random.chance(0.7) ? (GROUPS[random.between(0, GROUPS.length)] ?? null) : null,
  properties: more,
})
