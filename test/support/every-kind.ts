/** One question of every kind of insight, over the same few events, with its numbers. */
import type { InsightKind } from '../../lib/nodes/index.ts'
import { event } from './world.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Result = any

export interface Case {
  /** As `GET insights/` names the kind, and legacy filters do. */
  readonly name: string
  readonly node: object
  /** Legacy filters that convert to the same question, and the endpoint that answers them; null for a kind without. */
  readonly filters: object | null
  readonly endpoint: string | null
  readonly numbers: (result: Result) => unknown
  /** The numbers of the three days, those of events of the plan `pro`, and those from the second day on. */
  readonly whole: unknown
  readonly ofPlan: unknown
  readonly later: unknown
  /** Links to people in an answer of the endpoint, each with how many people it lists. */
  readonly links: (result: Result) => readonly (readonly [string | null, number])[]
  /** The first column of the table. */
  readonly header: string
}

const RANGE = { date_from: '2020-01-01', date_to: '2020-01-03' }
const dateRange = RANGE
const urls = (item: Result) => item.persons_urls.map(({ url }: { url: string }) => url)
const zip = (links: string[], numbers: readonly number[]) =>
  links.map((link, index) => [link, numbers[index] as number] as const)

const done = (name: string, id: string, at: string, plan: string) =>
  event(name, id, `2020-01-0${at}Z`, { properties: { plan } })

/** Of three people on three days. */
export const EVENTS = [
  done('seen', 'a', '1T10:00:00', 'pro'),
  done('paid', 'a', '1T10:01:00', 'pro'),
  done('seen', 'a', '2T10:00:00', 'pro'),
  done('seen', 'b', '1T11:00:00', 'free'),
  done('paid', 'b', '1T11:02:00', 'free'),
  done('seen', 'c', '3T09:00:00', 'free'),
]

/** One of each: a kind that is missing here does not compile. */
export const CASES: { readonly [K in InsightKind | 'HogQLQuery']: Case } = {
  TrendsQuery: {
    name: 'TRENDS',
    node: { series: [{ kind: 'EventsNode', event: 'seen', math: 'dau' }], dateRange },
    filters: { events: [{ id: 'seen', math: 'dau' }], ...RANGE },
    endpoint: 'trend',
    numbers: (result) => result[0].data,
    whole: [2, 1, 1],
    ofPlan: [1, 1, 0],
    later: [1, 1],
    links: ([item]) => zip(urls(item), [2, 1, 1]),
    header: 'series',
  },
  FunnelsQuery: {
    name: 'FUNNELS',
    node: {
      series: [
        { kind: 'EventsNode', event: 'seen' },
        { kind: 'EventsNode', event: 'paid' },
      ],
      dateRange,
    },
    filters: {
      events: [
        { id: 'seen', order: 0 },
        { id: 'paid', order: 1 },
      ],
      ...RANGE,
    },
    endpoint: 'funnel',
    numbers: (result) => result.map(({ count }: { count: number }) => count),
    whole: [3, 2],
    ofPlan: [1, 1],
    later: [2, 0],
    links: ([seen, paid]) => [
      [seen.converted_people_url, 3],
      [paid.converted_people_url, 2],
      [paid.dropped_people_url, 1],
    ],
    header: 'step',
  },
  RetentionQuery: {
    name: 'RETENTION',
    node: {
      retentionFilter: {
        totalIntervals: 3,
        targetEntity: { id: 'seen', type: 'events' },
        returningEntity: { id: 'seen', type: 'events' },
      },
      dateRange,
    },
    filters: {
      total_intervals: 3,
      target_entity: { id: 'seen', type: 'events', order: 0 },
      returning_entity: { id: 'seen', type: 'events' },
      ...RANGE,
    },
    endpoint: 'retention',
    numbers: (result) => result.map(({ values }: { values: { count: number }[] }) => values.map(({ count }) => count)),
    whole: [
      [2, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ],
    ofPlan: [
      [1, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
    later: [
      [1, 0, 0],
      [1, 0, 0],
    ],
    links: (rows) =>
      zip(
        rows.map(({ people_url }: { people_url: string }) => people_url),
        [2, 1, 1],
      ),
    header: 'cohort',
  },
  LifecycleQuery: {
    name: 'LIFECYCLE',
    node: { series: [{ kind: 'EventsNode', event: 'seen' }], dateRange },
    filters: { events: [{ id: 'seen' }], ...RANGE },
    endpoint: 'trend',
    numbers: (result) => result.map(({ data }: { data: number[] }) => data),
    whole: [
      [2, 0, 1],
      [0, 1, 0],
      [0, 0, 0],
      [0, -1, -1],
    ],
    ofPlan: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, -1],
    ],
    later: [
      [0, 1],
      [1, 0],
      [0, 0],
      [-1, -1],
    ],
    links: (items) =>
      items.flatMap((item: Result) =>
        zip(
          urls(item),
          item.data.map((value: number) => Math.abs(value)),
        ),
      ),
    header: 'status',
  },
  StickinessQuery: {
    name: 'STICKINESS',
    node: { series: [{ kind: 'EventsNode', event: 'seen', math: 'dau' }], dateRange },
    filters: { events: [{ id: 'seen' }], ...RANGE },
    endpoint: 'trend',
    numbers: (result) => result[0].data,
    whole: [2, 1, 0],
    ofPlan: [0, 1, 0],
    later: [2, 0],
    links: ([item]) => zip(urls(item), [2, 1, 0]),
    header: 'series',
  },
  PathsQuery: {
    name: 'PATHS',
    node: { pathsFilter: { includeEventTypes: ['custom_event'] }, dateRange },
    filters: { include_event_types: ['custom_event'], ...RANGE },
    endpoint: 'path',
    numbers: (result) => result.map(({ source, target, value }: Result) => [source, target, value]),
    whole: [['1_seen', '2_paid', 2]],
    ofPlan: [['1_seen', '2_paid', 1]],
    later: [],
    links: ([edge]) => [[edge.people_url, 2]],
    header: 'source',
  },
  HogQLQuery: {
    name: 'SQL',
    node: {
      query:
        "select toDate(timestamp) as day, count() as times from events where event = 'seen' and {filters} group by day order by day",
      filters: { dateRange: { date_from: '2020-01-01', date_to: '2020-01-04' } },
    },
    filters: null,
    endpoint: null,
    numbers: (result) => result,
    whole: [
      ['2020-01-01', 2],
      ['2020-01-02', 1],
      ['2020-01-03', 1],
    ],
    ofPlan: [
      ['2020-01-01', 1],
      ['2020-01-02', 1],
    ],
    // the day of `date_to` is left out
    later: [['2020-01-02', 1]],
    links: () => [],
    header: 'day',
  },
}
