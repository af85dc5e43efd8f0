import { randomUUID } from 'node:crypto'
import { CronExpressionParser } from 'cron-parser'
import type { Broker } from './broker.ts'
import type { Clock } from './clock.ts'
import { type Headers, QstashError, readMessage } from './message.ts'

interface Schedule {
  readonly scheduleId: string
  readonly cron: string
  readonly destination: string
  readonly headers: Headers
  readonly body: Buffer
  readonly createdAt: number
  isPaused: boolean
  lastScheduleTime: number | null
  stopWaiting: () => void
}

/** Longest wait of one timer; a longer one is set again. */
const MAX_TIMER_MS = 2_000_000_000

export class Schedules {
  readonly #all = new Map<string, Schedule>()
  readonly #broker: Broker
  readonly #clock: Clock
  readonly #endpoints: (destination: string) => readonly string[] | undefined

  /** `endpoints` are those of a group; undefined when the destination is none. */
  constructor(broker: Broker, clock: Clock, endpoints: (destination: string) => readonly string[] | undefined) {
    this.#broker = broker
    this.#clock = clock
    this.#endpoints = endpoints
  }

  /** Makes or overwrites a schedule. Throws `QstashError` 400 for what would never be deliverable. */
  create(destination: string, headers: Headers, body: Buffer): string {
    const cron = headers['upstash-cron'] ?? ''
    const scheduleId = headers['upstash-schedule-id'] || `scd_${randomUUID().replaceAll('-', '')}`
    nextTime(cron, this.#clock.now())
    for (const url of this.#endpoints(destination) ?? [destination])
      readMessage({ url, headers, body }, this.#clock.now())
    this.delete(scheduleId)
    const schedule: Schedule = {
      scheduleId,
      cron,
      destination,
      headers,
      body,
      createdAt: this.#clock.now(),
      isPaused: false,
      lastScheduleTime: null,
      stopWaiting: () => {},
    }
    this.#all.set(scheduleId, schedule)
    this.#plan(schedule)
    return scheduleId
  }

  /** `after`: the time just served, which a timer may reach a moment early. */
  #plan(schedule: Schedule, after = 0): void {
    const at = nextTime(schedule.cron, Math.max(this.#clock.now(), after))
    const wait = at - this.#clock.now()
    schedule.stopWaiting = this.#clock.after(Math.min(wait, MAX_TIMER_MS), () => {
      if (wait <= MAX_TIMER_MS && !schedule.isPaused) this.#fire(schedule)
      this.#plan(schedule, wait <= MAX_TIMER_MS ? at : 0)
    })
  }

  #fire(schedule: Schedule): void {
    const { destination, headers, body, scheduleId } = schedule
    const group = this.#endpoints(destination)
    schedule.lastScheduleTime = this.#clock.now()
    for (const url of group ?? [destination]) {
      const topic = group ? destination : null
      this.#broker.publish(readMessage({ url, headers, body, scheduleId, topic }, this.#clock.now()))
    }
  }

  pause(id: string, isPaused: boolean): void {
    this.#find(id).isPaused = isPaused
  }

  delete(id: string): boolean {
    this.#all.get(id)?.stopWaiting()
    return this.#all.delete(id)
  }

  show(id: string) {
    return this.#present(this.#find(id))
  }

  list() {
    return [...this.#all.values()].map((schedule) => this.#present(schedule))
  }

  close(): void {
    for (const id of [...this.#all.keys()]) this.delete(id)
  }

  #find(id: string): Schedule {
    const schedule = this.#all.get(id)
    if (!schedule) throw new QstashError(404, `schedule ${id} not found`)
    return schedule
  }

  #present({ scheduleId, cron, destination, body, headers, createdAt, isPaused, lastScheduleTime }: Schedule) {
    return {
      scheduleId,
      cron,
      destination,
      createdAt,
      method: headers['upstash-method'] ?? 'POST',
      body: body.toString(),
      retries: Number(headers['upstash-retries'] ?? 3),
      isPaused,
      nextScheduleTime: nextTime(cron, this.#clock.now()),
      ...(lastScheduleTime ? { lastScheduleTime } : {}),
    }
  }
}

/** The next time of a cron expression, with or without `CRON_TZ=…`; milliseconds. */
function nextTime(cron: string, now: number): number {
  const [, tz = 'UTC', expression = cron] = cron.match(/^CRON_TZ=(\S+)\s+(.*)$/) ?? []
  try {
    return CronExpressionParser.parse(expression, { tz, currentDate: new Date(now) })
      .next()
      .getTime()
  } catch (error) {
    throw new QstashError(400, `invalid cron ${JSON.stringify(cron)}: ${(error as Error).message}`)
  }
}
