/** Flow control: how many messages of one key are under way at once, and how many are started in a period. */
import { duration } from './expression.ts'

/** What a message says of its key, or what is pinned to it. Null: no limit of that kind. */
export interface FlowLimits {
  readonly parallelism: number | null
  readonly rate: number | null
  readonly periodMs: number
}

interface Flow {
  limits: FlowLimits
  pinned: Partial<FlowLimits>
  paused: boolean
  running: number
  started: number
  periodStart: number
}

const SECOND_MS = 1_000
/** Where the vendor's own limit of a period lies. */
const MAX_PERIOD_MS = 7 * 86_400_000
const NO_LIMITS: FlowLimits = { parallelism: null, rate: null, periodMs: SECOND_MS }

/** `parallelism=2, rate=10, period=1m` -> limits. Throws an Error that says what cannot be read. */
export function readLimits(text: string): FlowLimits {
  const parts = text.split(',').map((part) => part.trim().split('='))
  const values = new Map(parts.map(([name = '', value = '']) => [name.trim(), value.trim()]))
  for (const name of values.keys())
    if (!['parallelism', 'rate', 'period'].includes(name)) throw new Error(`"${text}": ${name} is no flow control`)
  const count = (name: string) => {
    const value = values.get(name)
    if (value === undefined) return null
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new Error(`"${text}": ${name} must be 1 or more`)
    return Number(value)
  }
  const limits = { parallelism: count('parallelism'), rate: count('rate'), periodMs: periodOf(values.get('period')) }
  if (limits.parallelism === null && limits.rate === null) throw new Error(`"${text}": neither parallelism nor rate`)
  return limits
}

/** The limits that a call pins to a key; the others stay with its messages. Throws an Error. */
export function readPins(query: URLSearchParams): Partial<FlowLimits> {
  const given = ['parallelism', 'rate', 'period'].flatMap((name) =>
    query.has(name) ? `${name}=${query.get(name)}` : [],
  )
  const { parallelism, rate, periodMs } = readLimits(given.join(','))
  return { ...(parallelism === null ? {} : { parallelism }), ...(rate === null ? {} : { rate, periodMs }) }
}

function periodOf(text: string | undefined): number {
  const ms = text === undefined ? SECOND_MS : duration(text)
  if (ms < SECOND_MS || ms > MAX_PERIOD_MS) throw new Error(`"${text}" must be a second to a week`)
  return ms
}

/** The keys that messages have named. The last message of a key decides its limits, unless they are pinned. */
export class Flows {
  readonly #all = new Map<string, Flow>()

  configure(key: string, limits: FlowLimits): void {
    this.#open(key).limits = limits
  }

  /** For messages in turn: whether this one may start too. `now` in milliseconds. */
  gate(now: number): (key: string | null) => boolean {
    const taken = new Map<string, number>()
    return (key) => {
      if (key === null) return true
      const flow = this.#open(key)
      const more = taken.get(key) ?? 0
      const { parallelism, rate } = limitsOf(flow)
      const isOpen =
        !flow.paused &&
        (parallelism === null || flow.running + more < parallelism) &&
        (rate === null || startedBy(flow, now) + more < rate)
      if (isOpen) taken.set(key, more + 1)
      return isOpen
    }
  }

  start(key: string | null, now: number): void {
    if (key === null) return
    const flow = this.#open(key)
    flow.started = startedBy(flow, now)
    if (flow.started === 0) flow.periodStart = now
    flow.started++
    flow.running++
  }

  end(key: string | null): void {
    if (key !== null) this.#open(key).running--
  }

  /** When a key that is closed by its rate opens again; infinite if nothing but an end or a call opens it. */
  opensAt(key: string | null, now: number): number {
    if (key === null) return Number.POSITIVE_INFINITY
    const flow = this.#open(key)
    const { rate, periodMs } = limitsOf(flow)
    const isExhausted = rate !== null && startedBy(flow, now) >= rate
    return isExhausted ? flow.periodStart + periodMs : Number.POSITIVE_INFINITY
  }

  change(key: string, change: { readonly paused?: boolean; readonly pinned?: Partial<FlowLimits> }): void {
    Object.assign(this.#open(key), change)
  }

  resetRate(key: string, now: number): void {
    Object.assign(this.#open(key), { started: 0, periodStart: now })
  }

  /** As the API shows a key. `waiting`: messages that are due and may not start. */
  present(key: string, waiting: number, now: number) {
    const flow = this.#open(key)
    const { parallelism, rate, periodMs } = limitsOf(flow)
    return {
      flowControlKey: key,
      waitListSize: waiting,
      parallelismMax: parallelism ?? 0,
      parallelismCount: flow.running,
      rateMax: rate ?? 0,
      rateCount: startedBy(flow, now),
      ratePeriod: periodMs / 1_000,
      ratePeriodStart: Math.floor(flow.periodStart / 1_000),
      isPaused: flow.paused,
      isPinnedParallelism: flow.pinned.parallelism !== undefined,
      isPinnedRate: flow.pinned.rate !== undefined,
    }
  }

  running(): number {
    return [...this.#all.values()].reduce((sum, { running }) => sum + running, 0)
  }

  #open(key: string): Flow {
    const flow = this.#all.get(key) ?? {
      limits: NO_LIMITS,
      pinned: {},
      paused: false,
      running: 0,
      started: 0,
      periodStart: 0,
    }
    this.#all.set(key, flow)
    return flow
  }
}

const limitsOf = ({ limits, pinned }: Flow): FlowLimits => ({ ...limits, ...pinned })

/** How many were started in the period that `now` lies in; a period begins with its first message. */
const startedBy = (flow: Flow, now: number): number =>
  now < flow.periodStart + limitsOf(flow).periodMs ? flow.started : 0
