/** What happens to a project, at random: the same for the same seed. */
import { expect } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import type { Random } from '../../local/demo/random.ts'
import { ACTIVE_DAYS, ACTIVE_FROM } from './activity-world.ts'
import type { Built } from './build-activity.ts'
import { withIds } from './build-world.ts'
import { properties, randomFilter } from './random-trends.ts'
import type { TestServer } from './server.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** The worker's clock stands here when a world begins. */
export const STEPS_NOW = ACTIVE_FROM + (ACTIVE_DAYS - 12) * DAY_MS
const EVENTS = ['view', 'click', 'buy', '$pageview'] as const
const GROUPS = ['acme', 'globex', 'initech'] as const
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'America/Havana', 'Australia/Lord_Howe'] as const
const IDS = [
  ...Array.from({ length: 9 }, (_, person) => `user-${person}`),
  'anon-1',
  'anon-4',
  'new-1',
  'new-2',
] as const

/** Merges move so many rows at once in these tests: the rows of the others follow later. */
const MOVED_AT_ONCE = 15

/** A server whose merges are large when they are of a few events. */
export async function makeMergesSmall(server: TestServer): Promise<void> {
  const text = `do $$ declare
      fold text := pg_get_functiondef('fold_person(int4, int4, int4)'::regprocedure);
      small text := replace(replace(fold, '20001', '${MOVED_AT_ONCE + 1}'), '20000', '${MOVED_AT_ONCE}');
    begin
      if fold = small then raise exception 'fold_person has no bound'; end if;
      execute small;
    end $$`
  await server.stack.services.engine.run([{ text, params: [] }], { timeoutMs: 10_000 })
}

type Change = (of: Changing) => Promise<unknown>

interface Changing {
  readonly server: TestServer
  readonly random: Random
  readonly built: Built
  readonly sent: Sent[]
}
type Sent = Readonly<Record<string, unknown>>

/** What was done last to a project, in a word, by `next`. */
export interface Steps {
  next(): Promise<string>
}

/** Steps of a project. Events have whole numbers as amounts. */
export function stepsOf(server: TestServer, random: Random, built: Built): Steps {
  const changing: Changing = { server, random, built, sent: [] }
  return {
    async next() {
      const [name, change] = random.pick(CHANGES)
      await change(changing)
      return name
    },
  }
}

const one = <T>(random: Random, list: readonly T[]): T => list[random.between(0, list.length)] as T

async function ok(answer: Promise<{ status: number; body: unknown }>) {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body
}

/** An instant of the days around, often next to a midnight or an hour. */
function instant(random: Random, from: number, days: number): number {
  const at = from + Math.floor(random.next() * days * DAY_MS)
  if (random.chance(0.6)) return at
  const unit = random.chance(0.5) ? HOUR_MS : 24 * HOUR_MS
  return Math.round(at / unit) * unit - random.between(0, 2)
}

function newEvent(random: Random, at: number): Sent {
  const own = properties(random, ['plan', '$browser', 'flag', 'due'])
  return {
    event: random.chance(0.03) ? `new ${random.between(0, 4)}` : one(random, EVENTS),
    distinct_id: one(random, IDS),
    timestamp: new Date(at).toISOString(),
    uuid: random.uuid(),
    properties: {
      ...own,
      ...(random.chance(0.8) ? { amount: random.between(-5, 20) } : {}),
      ...(random.chance(0.7) ? { $groups: { org: one(random, GROUPS) } } : {}),
      ...(random.chance(0.8) ? { $session_id: `s${random.between(0, 20)}` } : {}),
      ...(random.chance(0.07) ? { $process_person_profile: false } : {}),
      ...(random.chance(0.2) ? { $set: properties(random, ['plan', 'age']) } : {}),
    },
  }
}

async function send({ built, sent }: Changing, events: readonly Sent[]) {
  sent.push(...events)
  if (events.length > 0) await built.project.send(events)
}
const some = (random: Random, most: number, from: number, days: number) =>
  Array.from({ length: random.between(1, most + 1) }, () => newEvent(random, instant(random, from, days)))

export const ingest: Change = (of) => send(of, some(of.random, 8, STEPS_NOW - 2 * DAY_MS, 3))
const late: Change = (of) => send(of, some(of.random, 4, ACTIVE_FROM - 20 * DAY_MS, ACTIVE_DAYS))

const special = (of: Changing, event: string, own: object) =>
  send(of, [
    {
      event,
      distinct_id: one(of.random, IDS),
      timestamp: new Date(instant(of.random, ACTIVE_FROM, ACTIVE_DAYS)).toISOString(),
      uuid: of.random.uuid(),
      properties: own,
    },
  ])

const persons = async ({ server, built }: Changing): Promise<{ uuid: string }[]> =>
  (await server.call('GET', `${built.project.path}persons/?limit=100`)).body.results

const patch = ({ server, built }: Changing, path: string, body: object) =>
  ok(server.call('PATCH', built.project.path + path, body))

const run = ({ server, built }: Changing, text: string, ...params: number[]) =>
  server.stack.services.engine.run([{ text, params: [built.project.id, ...params] }], { timeoutMs: 10_000 })

async function calculated({ server, built }: Changing, id: number) {
  await expect
    .poll(async () => (await server.call('GET', `${built.project.path}cohorts/${id}/`)).body.is_calculating)
    .toBe(false)
}

const CHANGES: readonly (readonly [readonly [name: string, change: Change], weight: number])[] = [
  [['events come', ingest], 6],
  [['events come late', late], 5],
  [['events come again', (of) => send(of, of.sent.slice(-of.random.between(1, 12)))], 1],
  [['ids are identified', (of) => special(of, '$identify', { $anon_distinct_id: one(of.random, IDS) })], 2],
  [['ids get an alias', (of) => special(of, '$create_alias', { alias: one(of.random, IDS) })], 1],
  [['persons are merged', (of) => special(of, '$merge_dangerously', { alias: one(of.random, IDS) })], 2],
  [['rows of merged persons follow', ({ server }) => scheduled(server.stack.services)], 2],
  [
    [
      'a person is deleted',
      async (of) => {
        const { uuid } = one(of.random, await persons(of)) ?? {}
        const events = of.random.chance(0.5)
        if (uuid) await ok(of.server.call('DELETE', `${of.built.project.path}persons/${uuid}/?delete_events=${events}`))
      },
    ],
    1,
  ],
  [['a person changes', (of) => special(of, '$set', { $set: properties(of.random, ['plan', 'age']) })], 2],
  [
    [
      'a group changes',
      (of) =>
        special(of, '$groupidentify', {
          $group_type: 'org',
          $group_key: one(of.random, GROUPS),
          $group_set: properties(of.random, ['tier']),
        }),
    ],
    2,
  ],
  [
    [
      'an action changes',
      (of) =>
        patch(of, `actions/${one(of.random, of.built.actions)}/`, {
          steps: [{ event: one(of.random, EVENTS), properties: [withIds(randomFilter(of.random), of.built.cohorts)] }],
        }),
    ],
    1,
  ],
  [
    [
      'a cohort changes',
      async (of) => {
        const id = one(of.random, of.built.cohorts)
        const leaf = {
          key: 'plan',
          value: one(of.random, ['free', 'team', 'Team']),
          operator: one(of.random, ['exact', 'is_not']),
          type: 'person',
        }
        await patch(of, `cohorts/${id}/`, {
          filters: { properties: { type: 'OR', values: [{ type: 'AND', values: [leaf] }] } },
        })
        await calculated(of, id)
      },
    ],
    1,
  ],
  [
    [
      'a cohort is calculated',
      async (of) => {
        await run(of, "update cohorts set last_calculation = now() - interval '2 days' where project_id = $1")
        await scheduled(of.server.stack.services)
        for (const id of of.built.cohorts) await calculated(of, id)
      },
    ],
    1,
  ],
  [
    [
      'test accounts change',
      (of) => patch(of, '', { test_account_filters: [withIds(randomFilter(of.random), of.built.cohorts)] }),
    ],
    1,
  ],
  [['the zone changes', (of) => patch(of, '', { timezone: one(of.random, ZONES) })], 1],
  [['the week starts on another day', (of) => patch(of, '', { week_start_day: of.random.between(0, 2) })], 1],
  [['all that is kept is dropped', (of) => run(of, 'delete from partials where project = $1')], 0.5],
  [
    [
      'some of what is kept is dropped',
      (of) =>
        run(
          of,
          'delete from partials where project = $1 and hashtext(series::text || "from") % 3 = $2',
          of.random.between(-2, 3),
        ),
    ],
    1,
  ],
  [['series are forgotten', (of) => run(of, 'delete from partial_series where project = $1')], 0.3],
  [
    [
      'time goes by',
      async ({ server, random }) => {
        server.ahead += one(random, [20 * MINUTE_MS, HOUR_MS, 7 * HOUR_MS, DAY_MS, 2 * DAY_MS])
      },
    ],
    3,
  ],
]
