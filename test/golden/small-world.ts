/** A few people in the project of the golden statements, so that these have rows to find. */
import type { Statement } from '../../lib/core/statement.ts'
import { foldRequest } from '../../lib/ingest/read/fold.ts'
import { readCapture } from '../../lib/ingest/read/v0.ts'
import { writeCapture } from '../../lib/ingest/write.ts'
import { openEngine, type TestEngine } from '../support/engine.ts'
import { PROJECT } from './world.ts'

const NOW = new Date('2024-04-03T12:00:00Z')
const PLANS = ['pro', 'team', 'a', 'a% b', null, '1']
const BROWSERS = ['Chrome', 'a', 'a b', '2']
const CHAIN = 'button.cta:text="Buy"nth-child="1"nth-of-type="1";div:nth-child="1"nth-of-type="1"'

/** Every statement is its own transaction. */
export interface SmallWorld {
  rows(statement: Statement): Promise<Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

export async function openSmallWorld(): Promise<SmallWorld> {
  const database = await openEngine()
  const rows = async (statement: Statement) => [
    ...((await database.engine.run([statement], { timeoutMs: 30_000 }))[0] ?? []),
  ]
  await fill(database, rows)
  return { rows, close: () => database.close() }
}

async function fill({ engine }: TestEngine, rows: SmallWorld['rows']) {
  await rows({
    text: `insert into organizations (id, name, slug) values ($1::uuid, 'o', 'o')`,
    params: [PROJECT.organizationId],
  })
  await rows({
    text: `insert into projects (id, organization_id, name, api_token, timezone, week_start_day) values ($1, $2::uuid, 'p', $3, $4, 1)`,
    params: [PROJECT.id, PROJECT.organizationId, PROJECT.apiToken, PROJECT.timezone],
  })
  const context = { now: NOW, path: '/batch', underscore: null }
  const { events } = readCapture({ api_key: PROJECT.apiToken, batch: batch() }, context)
  const calls = foldRequest(events, PROJECT.slotKeys, NOW).map((call) => JSON.stringify(call))
  await writeCapture(engine, PROJECT.id, calls, 30_000)
  await rows({
    text: `insert into cohorts (id, project_id, filters) values (3, $1::int4, '{}')`,
    params: [PROJECT.id],
  })
  await rows({
    text: 'insert into cohort_people select project, 3, id from persons where project = $1::int4 and id % 2 = 0',
    params: [PROJECT.id],
  })
}

/** Persons over ten days, every one a little later and with fewer of the later steps than the one before. */
function batch(): object[] {
  const events: object[] = [0, 1, 2].map((index) => group(index))
  for (let person = 0; person < 12; person++) {
    const distinctId = `person-${person}`
    if (person < 10) events.push(identify(distinctId, person))
    for (let day = 0; day < 10; day++)
      for (const [step, name] of ['seen', 'tried', 'paid', 'left', 'refund', 'clicked', '$autocapture'].entries())
        if (day >= person - 3 && (person + day * 3 + step) % (step + 2) === 0)
          events.push(event(distinctId, name, { person, day, step }))
  }
  return events
}

const group = (index: number) => ({
  event: '$groupidentify',
  distinct_id: 'groups',
  timestamp: '2024-03-20T00:00:00Z',
  properties: {
    $group_type: `type ${index}`,
    $group_key: `key ${index}`,
    $group_set: { tier: 'gold', size: 7, name: 'a group' },
  },
})

const identify = (distinctId: string, person: number) => ({
  event: '$identify',
  distinct_id: distinctId,
  timestamp: '2024-03-21T00:00:00Z',
  properties: {
    $set: {
      email: `${distinctId}@us.test`,
      country: ['de', 'fr', 'us'][person % 3],
      plan: PLANS[person % 6],
      age: 10 + person * 3,
    },
  },
})

const event = (distinctId: string, name: string, at: { person: number; day: number; step: number }) => ({
  event: name,
  distinct_id: distinctId,
  timestamp: new Date(
    Date.parse('2024-03-24T08:00:00Z') + at.day * 86_400_000 + at.person * 61_000 + at.step * 7_300,
  ).toISOString(),
  properties: {
    $session_id: `session ${distinctId} ${at.day}`,
    ...(at.person === 6 ? {} : { $browser: BROWSERS[(at.person + at.step) % 4] }),
    $os: at.person % 2 ? 'iOS' : 'Linux',
    $current_url: `https://example.test/${at.person % 2 ? 'shop/' : 'cart'}?`,
    $groups: { 'type 0': 'key 0', ...(at.person % 2 ? { 'type 1': `key ${at.person % 3}` } : {}), 'type 2': 'key 2' },
    ...(PLANS[at.person % 6] === null ? {} : { plan: PLANS[at.person % 6] }),
    amount: at.step === 2 ? [5, at.person * 1.5, `${at.day}`][at.day % 3] : undefined,
    paid: at.person % 2 === 0,
    due: `2024-03-0${1 + ((at.day + at.person) % 9)}`,
    ...(name === '$autocapture' ? { $elements_chain: CHAIN, $event_type: 'click' } : {}),
  },
})
