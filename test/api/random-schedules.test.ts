/**
 * Schedules through hours in which messages are lost, come twice or late, QStash and the database are away and intervals
 * change: each insight is refreshed about as often as it says, never more often, and catches up when all is well again.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { createServices } from '../../lib/services.ts'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { Dice } from '../support/dice.ts'
import { seeds } from '../support/seeds.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const MINUTE_MS = 60_000
const STEPS = 45
/** A turn that was lost is sent again after five minutes, by the next cron. */
const CALM_STEPS = 8
const INTERVALS = [60, 90, 300, 900]

let server: TestServer
let project: TestProject
beforeAll(async () => {
  server = await startServer()
  project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
})
afterAll(() => server.close())

/** A message that QStash has taken, and when it is due by the clock of the worker. */
interface Waiting {
  readonly body: string
  readonly at: number
}

interface Scheduled {
  readonly path: string
  interval: number
  /** Refreshes that it may have had. */
  allowed: number
  refreshes: number
  last: string | null
}

const now = () => Date.now() + server.ahead
const url = () => `${server.url}/api/qstash/turn`

async function cron(): Promise<void> {
  const work: Promise<unknown>[] = []
  const services = createServices(
    parseEnv(server.stack.bindings),
    (promise) => work.push(promise),
    () => new Date(now()),
  )
  await scheduled(services).catch(() => {})
  await Promise.all(work)
}

async function deliver(body: string): Promise<boolean> {
  const signature = sign(QSTASH.currentSigningKey, url(), Buffer.from(body), Date.now())
  const headers = { 'upstash-signature': signature, 'upstash-retried': '0' }
  const { status } = await fetch(url(), { method: 'POST', headers, body })
  return status < 300
}

test.each(seeds(41_000, 20))(
  'seed %i',
  async (seed) => {
    const dice = new Dice(seed)
    const { qstash, neon } = server.stack
    qstash.pause()
    server.ahead = 0
    const insights: Scheduled[] = []
    for (const interval of INTERVALS) {
      const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `${seed} ${interval}` }), ...THREE_DAYS }
      const made = await server.call('POST', `${project.path}insights/`, { query, refresh_interval: interval })
      insights.push({
        path: `${project.path}insights/${made.body.id}/`,
        interval,
        allowed: 1,
        refreshes: 0,
        last: null,
      })
    }
    let seen = qstash.calls.published.length
    let waiting: Waiting[] = []
    const take = () => {
      for (const { url: to, body, headers } of qstash.calls.published.slice(seen))
        if (to.endsWith('/turn'))
          waiting.push({ body, at: now() + 1_000 * Number((headers['upstash-delay'] ?? '0s').replace('s', '')) })
      seen = qstash.calls.published.length
    }

    for (let step = 0; step < STEPS + CALM_STEPS; step++) {
      const isCalm = step >= STEPS
      server.ahead += MINUTE_MS
      for (const insight of insights) insight.allowed += MINUTE_MS / 1_000 / insight.interval
      const isAway = !isCalm && dice.chance(0.1)
      if (isAway) qstash.down()
      if (!isCalm && dice.chance(0.1)) neon.faults.plan(dice.between(1, 4), { status: 500 }, 2)
      if (!isCalm && dice.chance(0.15)) {
        const insight = dice.pick(insights)
        neon.faults.clear()
        insight.interval = dice.pick(INTERVALS)
        // it counts from the last turn: one more may be due at once
        insight.allowed++
        const changed = await server.call('PATCH', insight.path, { refresh_interval: insight.interval })
        expect(changed.status).toBe(200)
      }
      if (isCalm || dice.chance(0.9)) await cron()
      if (isAway) qstash.up()
      take()
      const due = waiting.filter(({ at }) => at <= now())
      waiting = waiting.filter(({ at }) => at > now())
      for (const message of due) {
        if (!isCalm && dice.chance(0.1)) continue
        const times = !isCalm && dice.chance(0.2) ? 2 : 1
        const delivered = await Promise.all(Array.from({ length: times }, () => deliver(message.body)))
        // as a retry, or one that comes late
        if (delivered.includes(false) || (!isCalm && dice.chance(0.1))) waiting.push(message)
      }
      take()
      neon.faults.clear()
      for (const insight of insights) {
        const { last_refresh: last } = (await server.call('GET', insight.path)).body
        if (last !== insight.last) insight.refreshes++
        insight.last = last
        expect(insight.refreshes, `${insight.interval} at step ${step}`).toBeLessThanOrEqual(
          Math.floor(insight.allowed) + 1,
        )
      }
    }
    for (const { interval, last } of insights) {
      const age = (now() - Date.parse(last ?? '1970-01-01')) / 1_000
      expect(age, `of an insight with ${interval}`).toBeLessThanOrEqual(interval + 120)
    }
    for (const { path } of insights) await server.call('PATCH', path, { deleted: true })
  },
  120_000,
)
