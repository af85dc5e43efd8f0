/** PathsQuery by brute force, in memory, without SQL: written from docs/paths.md. */
import { type ActivityEvent, type ActivityWorld, PROJECT_RULES } from './activity-world.ts'
import { eventsByActor } from './funnels-evaluator.ts'
import { type FunnelQuery, walk } from './funnels-ways.ts'
import { type Asked, byActor, endOf, local, passes } from './insight-evaluator.ts'

interface Rule {
  readonly regex: string
  readonly alias: string
}

export interface PathsQuery extends Asked {
  readonly include: readonly ('$pageview' | '$screen' | 'custom_event' | 'hogql')[] | null
  /** `event || properties.plan` */
  readonly hasExpression: boolean
  readonly start: string | null
  readonly end: string | null
  readonly groupings: readonly string[]
  readonly excluded: readonly string[]
  readonly projectRules: boolean | null
  readonly rules: readonly Rule[]
  readonly stepLimit: number
  readonly edgeLimit: number
  readonly minWeight: number | null
  readonly maxWeight: number | null
  readonly funnel: {
    readonly source: FunnelQuery
    readonly part: 'funnel_path_before_step' | 'funnel_path_between_steps' | 'funnel_path_after_step'
    readonly step: number
  } | null
}

export interface Edge {
  readonly source: string
  readonly target: string
  readonly value: number
  /** Milliseconds. */
  readonly time: number
}

interface Step {
  readonly item: string
  readonly at: number
}

/** The edges of all ways, the most travelled first. */
export function evaluatePaths(world: ActivityWorld, query: PathsQuery): Edge[] {
  const travelled = new Map<string, { source: string; target: string; times: number[] }>()
  for (const way of [...waysOf(world, query).values()].flat())
    way.slice(1).forEach((step, index) => {
      const before = way[index] as Step
      const [source, target] = [`${index + 1}_${before.item}`, `${index + 2}_${step.item}`]
      const edge = travelled.get(JSON.stringify([source, target])) ?? { source, target, times: [] }
      edge.times.push(step.at - before.at)
      travelled.set(JSON.stringify([source, target]), edge)
    })
  const edges = [...travelled.values()]
    .map(({ source, target, times }) => ({ source, target, value: times.length, time: mean(times) }))
    .filter(({ value }) => value >= (query.minWeight ?? 0) && value <= (query.maxWeight ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => b.value - a.value || compare(a.source, b.source) || compare(a.target, b.target))
    .slice(0, query.edgeLimit)
  const reached = new Set(edges.flatMap(({ source }) => (source.startsWith('1_') ? [source] : [])))
  for (let known = -1; known !== reached.size; ) {
    known = reached.size
    for (const { source, target } of edges) if (reached.has(source)) reached.add(target)
  }
  return edges.filter(({ source }) => reached.has(source))
}

/** Who arrived at, went on from, or left at a step; all who have a way, without any key. */
export function travellers(
  world: ActivityWorld,
  query: PathsQuery,
  keys: { readonly start?: string; readonly end?: string; readonly dropOff?: string },
): number[] {
  const keyOf = (way: readonly Step[], index: number) => `${index + 1}_${way[index]?.item}`
  const isOne = (way: readonly Step[], index: number) =>
    keys.dropOff !== undefined
      ? index === way.length - 1 && keyOf(way, index) === keys.dropOff
      : (keys.start === undefined || (index > 0 && keyOf(way, index - 1) === keys.start)) &&
        (keys.end === undefined || keyOf(way, index) === keys.end)
  return [...waysOf(world, query)]
    .filter(([, ways]) => ways.some((way) => way.some((_, index) => isOne(way, index))))
    .map(([person]) => person)
}

function waysOf(world: ActivityWorld, query: PathsQuery): Map<number, Step[][]> {
  const [from, end] = [local(world, query.from).startOf('day').toMillis(), endOf(world, query).toMillis()]
  const window = query.funnel ? funnelWindows(world, query.funnel) : null
  const counted = world.events.filter(
    (event) =>
      event.at >= from &&
      event.at < end &&
      passes(world, query, event) &&
      isIncluded(query, event) &&
      (!window || (window.get(event.person)?.(event.at) ?? false)),
  )
  const ways = new Map<number, Step[][]>()
  for (const [person, events] of byActor(counted, (event) => event.person)) {
    const steps = events
      .map((event) => ({ item: grouped(query, cleaned(query, itemOf(query, event))), at: event.at }))
      .filter(({ item }) => !query.include || !query.excluded.includes(item))
      // of one instant, in the order of their items
      .sort((a, b) => a.at - b.at || compare(a.item, b.item))
    const own = sessions(steps, query.funnel ? query.funnel.source.windowSeconds * 1_000 : 30 * 60_000)
      .map(withoutRepeats)
      .flatMap((way) => cut(query, way))
    if (own.length > 0) ways.set(person, own)
  }
  return ways
}

const isIncluded = ({ include }: PathsQuery, { event }: ActivityEvent): boolean => {
  const kinds = include?.filter((kind) => kind !== 'hogql') ?? []
  return kinds.length === 0 || kinds.some((kind) => (kind === 'custom_event' ? !event.startsWith('$') : kind === event))
}

function itemOf({ include, hasExpression }: PathsQuery, { event, properties }: ActivityEvent): string {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const named = (kind: '$pageview' | '$screen') => event === kind && (!include || include.includes(kind))
  if (named('$pageview')) return text(properties.$current_url).replace(/(.)\/$/, '$1')
  if (named('$screen')) return text(properties.$screen_name)
  if (!hasExpression || (include && !include.includes('hogql'))) return event
  return event + text(properties.plan)
}

function cleaned({ projectRules, rules }: PathsQuery, item: string): string {
  const all: readonly Rule[] = [...(projectRules ? PROJECT_RULES : []), ...rules]
  return all.reduce((text, { regex, alias }) => text.replaceAll(new RegExp(regex, 'g'), () => alias), item)
}

const grouped = ({ groupings }: PathsQuery, item: string): string =>
  groupings.findLast((grouping) => {
    const parts = grouping.split('*')
    let at = 0
    return parts.every((part) => {
      const found = item.indexOf(part, at)
      at = found + part.length
      return found >= 0
    })
  }) ?? item

function sessions(steps: readonly Step[], gap: number): Step[][] {
  const ways: Step[][] = []
  for (const step of steps) {
    const way = ways.at(-1)
    const last = way?.at(-1)
    if (way && last && step.at - last.at < gap) way.push(step)
    else ways.push([step])
  }
  return ways
}

const withoutRepeats = (way: readonly Step[]): Step[] => way.filter(({ item }, index) => item !== way[index + 1]?.item)

/** The part of a way between the points, no longer than the limit; none where a point is missing. */
function cut({ start, end, stepLimit }: PathsQuery, way: readonly Step[]): Step[][] {
  const isAt = (point: string) => (step: Step) => step.item === (point.length > 1 ? point.replace(/\/$/, '') : point)
  const first = start === null ? 0 : way.findIndex(isAt(start))
  if (first < 0) return []
  const begun = way.slice(first)
  const last = end === null ? begun.length - 1 : begun.findIndex(isAt(end))
  if (last < 0) return []
  const whole = begun.slice(0, last + 1)
  if (end === null || whole.length <= stepLimit) return [whole.slice(0, stepLimit)]
  if (start === null) return [whole.slice(-stepLimit)]
  const half = Math.floor(stepLimit / 2)
  return [[...whole.slice(0, half), { item: '...', at: whole[half]?.at ?? 0 }, ...whole.slice(whole.length - half)]]
}

/** When the events of each person of the step count. */
function funnelWindows(world: ActivityWorld, { source, part, step }: NonNullable<PathsQuery['funnel']>) {
  const windows = new Map<number, (at: number) => boolean>()
  for (const [person, events] of eventsByActor(world, source)) {
    const times = walk(source, events, () => true)?.times ?? []
    const done = step > 0 ? step : -step - 1
    if (step > 0 ? times.length < step : times.length !== done) continue
    const [before, time] = [times[done - 2] ?? 0, times[done - 1] ?? 0]
    const delay = step < 0 ? source.windowSeconds * 1_000 : 0
    windows.set(Number(person), (at) =>
      part === 'funnel_path_before_step'
        ? at <= time
        : part === 'funnel_path_after_step'
          ? at >= time + delay
          : at >= before && at <= time,
    )
  }
  return windows
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
