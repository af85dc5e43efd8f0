/** The worker's clock for tests of how old results are, and questions whose answers grow old. */
import type { TestServer } from './server.ts'
import { counts, event } from './world.ts'

export const HOUR = 3_600_000
const DAY = 24 * HOUR

export function ageing(server: TestServer) {
  const now = () => Date.now() + server.ahead
  let unlike = 0
  return {
    now,
    /** A new day has begun, whose end is far away. */
    nextDay() {
      server.ahead = (Math.floor(now() / DAY) + 1) * DAY + HOUR / 2 - Date.now()
    },
    /** A trend by days is stale 7 hours later, and lazily stale 13 hours later. That the key was used is noted by then. */
    async later(hours: number) {
      server.ahead += hours * HOUR
      await server.call('GET', '/api/users/@me/')
      await server.settled()
    },
    /** An event so many milliseconds from now. */
    soon: (name: string, ms = 0, id = 'a') => event(name, id, new Date(now() + ms).toISOString()),
    /** A trend that nobody has asked for. */
    week: (more: object = {}) => ({
      kind: 'TrendsQuery',
      ...counts('paid', more),
      properties: [{ key: `key ${unlike++}`, operator: 'is_not_set', value: 'is_not_set', type: 'event' }],
      dateRange: { date_from: '-7d' },
    }),
  }
}
