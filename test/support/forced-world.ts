/** Worlds of tenants that look alike, filters that hold to the rows of some, and the rows that those leave. */
import { expect } from 'vitest'
import type { ForcedFilter, ForcedFilters } from '../../lib/core/forced-filters.ts'
import type { Statement } from '../../lib/core/statement.ts'
import type { Random } from '../../local/demo/random.ts'
import { type ActivityWorld, activityWorld } from './activity-world.ts'
import type { Filter, Json } from './evaluated-world.ts'
import { holds } from './filters-evaluator.ts'
import { randomFilter } from './random-trends.ts'
import type { TestServer } from './server.ts'

const TENANTS = ['north', 'south', 'Northern']

/** Every row has a mark that no other has, and no query. */
const MARK = /mark-[a-z]\d+-/g
const mark = (of: string, n: number) => `mark-${of}${n}-`

/** Most people are of one tenant, some of two; ids, values, sessions and groups are alike. */
export function tenantsWorld(random: Random): ActivityWorld {
  const world = activityWorld(random)
  const tenant = () => TENANTS[random.between(0, TENANTS.length)] as string
  const home = world.persons.map(tenant)
  const other = world.persons.map(() => (random.chance(0.35) ? tenant() : null))
  // of who is in two, one is told by another id, or comes and goes
  const tenantOf = (person: number, id: string) =>
    other[person] && (id.startsWith('anon') || random.chance(0.2)) ? other[person] : home[person]
  const events = world.events.map((event, index) => {
    const { $set, $group_set, ...own } = event.properties
    const group = world.groups[String(own.$group_key)] && Object.keys(world.groups).indexOf(String(own.$group_key))
    return {
      ...event,
      properties: {
        ...own,
        ...($set ? { $set: { ...($set as Json), mark: mark('p', event.person), region: home[event.person] } } : {}),
        ...($group_set ? { $group_set: { ...($group_set as Json), mark: mark('g', Number(group)) } } : {}),
        ...(random.chance(0.95) ? { tenant: tenantOf(event.person, event.distinctId) } : {}),
        mark: mark('e', index),
      },
    }
  })
  return { ...world, events }
}

/** Filters as a token has them: of the tenant, and of whatever else events, persons and groups have. */
export function randomForced(random: Random): ForcedFilters {
  const one = (): ForcedFilter => {
    const value = () => TENANTS[random.between(0, TENANTS.length)] as string
    if (random.chance(0.55))
      return random.pick<ForcedFilter>([
        [{ type: 'event', key: 'tenant', value: value() }, 4],
        [{ type: 'event', key: 'tenant', operator: 'exact', value: [value(), value()] }, 2],
        [{ type: 'event', key: 'tenant', operator: 'is_not', value: value() }, 1],
        [{ type: 'event', key: 'tenant', operator: 'icontains', value: 'NORTH' }, 1],
      ])
    if (random.chance(0.3)) return { type: 'person', key: 'region', value: value() }
    for (;;) {
      const { type, key, operator, value } = randomFilter(random)
      if ((type === 'event' || type === 'person' || type === 'group') && (value ?? operator.includes('_set')))
        return {
          type,
          key,
          operator,
          ...(value === undefined ? {} : { value: value as string }),
          ...(type === 'group' ? { group_type_index: 0 } : {}),
        }
    }
  }
  return Array.from({ length: random.chance(0.35) ? 2 : 1 }, one)
}

const TABLES = ['events', 'persons', 'distinct_ids', 'groups', 'cohort_people', 'runs'] as const
type Table = (typeof TABLES)[number]
type Row = Readonly<Record<string, unknown>>

/** The rows of a project in the database, which can be fewer for a while. */
export class ProjectRows {
  readonly #server: TestServer
  readonly #project: number

  constructor(server: TestServer, project: number) {
    this.#server = server
    this.#project = project
  }

  async run(text: string, params: Statement['params'] = []): Promise<Row[]> {
    const [rows = []] = await this.#server.stack.services.engine.run([{ text, params }], { timeoutMs: 20_000 })
    return rows as Row[]
  }

  #of = (table: Table) => this.run(`select * from ${table} where project = $1`, [this.#project])

  /** Deletes what the filters hide, so that nothing else is there while `work` lasts. */
  async without(forced: ForcedFilters, timezone: string, work: (hidden: readonly string[]) => Promise<void>) {
    const all = await this.#marks()
    const doomed = await this.#hidden(forced, timezone)
    for (const table of TABLES) await this.run(`create table kept_${table} as select * from ${table}`)
    try {
      for (const [table, where, ids] of doomed)
        await this.run(
          `delete from ${table} where project = $1 and ${where} in (select jsonb_array_elements_text($2::jsonb))`,
          [this.#project, JSON.stringify(ids)],
        )
      const left = new Set(await this.#marks())
      await work(all.filter((mark) => !left.has(mark)))
    } finally {
      for (const table of TABLES) {
        await this.run(`delete from ${table} where project = $1`, [this.#project])
        await this.run(`insert into ${table} overriding system value select * from kept_${table} where project = $1`, [
          this.#project,
        ])
        await this.run(`drop table kept_${table}`)
      }
    }
  }

  /** Makes a person one with another whose events have not moved yet. */
  async mergeUnmoved(): Promise<void> {
    const [from, to] = await this.run('select id from persons where project = $1 and has_profile order by id limit 2', [
      this.#project,
    ])
    if (!from || !to) return
    const ids = [this.#project, Number(from.id), Number(to.id)]
    await this.run('insert into person_backlog (project, from_person, to_person) values ($1, $2, $3)', ids)
    await this.run('update distinct_ids set person = $3 where project = $1 and person = $2', ids)
    await this.run('delete from cohort_people where project = $1 and person = $2', ids.slice(0, 2))
    await this.run('delete from persons where project = $1 and id = $2', ids.slice(0, 2))
    await this.run('update projects set config_version = config_version + 1 where id = $1', [this.#project])
  }

  /** Events with the person that they count for. */
  async #events(): Promise<Row[]> {
    const text = `select e.*, coalesce(b.to_person, e.person) as person from events e
      left join person_backlog b on b.project = e.project and b.from_person = e.person where e.project = $1`
    return this.run(text, [this.#project])
  }

  async #marks(): Promise<string[]> {
    const rows = await Promise.all((['events', 'persons', 'groups'] as const).map(this.#of))
    return [...new Set(JSON.stringify(rows).match(MARK))]
  }

  /** By plain loops over all rows: docs/viewers.md "What forced filters do". */
  async #hidden(forced: ForcedFilters, timezone: string): Promise<[Table, string, readonly string[]][]> {
    const [persons, distinctIds, groups, members] = await Promise.all(TABLES.slice(1, 5).map(this.#of))
    const events = await this.#events()
    expect(events.length).toBeGreaterThan(0)
    const of = (type: ForcedFilter['type']) => forced.filter((filter) => filter.type === type)
    const passes = (filters: ForcedFilters, properties: unknown) =>
      filters.every((filter) =>
        holds(
          {
            timezone,
            weekStartDay: 0,
            cohorts: [],
            events: [],
            persons: [properties as Json],
            groups: { g: properties as Json },
          },
          { event: '', person: 0, distinctId: '', session: null, group: 'g', at: 0, properties: properties as Json },
          { operator: 'exact', ...filter } as Filter,
        ),
      )
    const seenPersons = new Set(persons?.filter((row) => passes(of('person'), row.properties)).map(({ id }) => id))
    const seenGroups = new Set(groups?.filter((row) => passes(of('group'), row.properties)).map(({ id }) => id))
    const seen = events.filter(
      (row) =>
        passes(of('event'), row.properties) &&
        (of('person').length === 0 || seenPersons.has(row.person)) &&
        (of('group').length === 0 || seenGroups.has(row.group_0)),
    )
    const seenUuids = new Set(seen.map(({ uuid }) => uuid))
    const led = (name: string) => new Set(seen.map((row) => row[name]))
    const isOf = (type: ForcedFilter['type']) => forced.every((filter) => filter.type === type)
    const [ledPersons, ledIds, ledGroups] = [led('person'), led('distinct_id'), led('group_0')]
    const isPerson = (id: unknown) => seenPersons.has(id) && (isOf('person') || ledPersons.has(id))
    const hidden = (rows: readonly Row[] | undefined, id: string, isSeen: (row: Row) => boolean) => [
      ...new Set((rows ?? []).filter((row) => !isSeen(row)).map((row) => String(row[id]))),
    ]
    return [
      ['events', 'uuid::text', hidden(events, 'uuid', ({ uuid }) => seenUuids.has(uuid))],
      ['persons', 'id::text', hidden(persons, 'id', ({ id }) => isPerson(id))],
      [
        'distinct_ids',
        'id::text',
        hidden(distinctIds, 'id', (row) => seenPersons.has(row.person) && (isOf('person') || ledIds.has(row.id))),
      ],
      [
        'groups',
        'id::text',
        hidden(groups, 'id', ({ id }) => seenGroups.has(id) && (isOf('group') || ledGroups.has(id))),
      ],
      ['cohort_people', 'person::text', hidden(members, 'person', ({ person }) => isPerson(person))],
    ]
  }
}
