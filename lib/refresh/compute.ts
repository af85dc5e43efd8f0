/** Computes one result and stores it. */
import { type AnswerOptions, answerQuery } from '../answer-query.ts'
import type { ForcedFilters } from '../core/forced-filters.ts'
import { JsonText } from '../core/json-text.ts'
import type { Project } from '../core/project.ts'
import type { QueryNode } from '../nodes/index.ts'
import { letGo } from '../records/held.ts'
import { noteWrite } from '../records/own-writes.ts'
import { projectRecord } from '../records/projects.ts'
import { writeRecords } from '../records/write.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, ENTRY_TTL_SECONDS, packEntry } from './entry.ts'
import { type PreparedQuery, prepareQuery } from './prepare.ts'
import { logged } from './run-log.ts'
import { linkedResults, linkOf } from './step-links.ts'

export interface Computation {
  /** The name that its statements have in the database, by which they can be cancelled. */
  readonly statementName: string
  /** The insight that it is for; null for none. */
  readonly insightId: number | null
  /** Whether somebody waits for it. */
  readonly source: 'request' | 'background'
  readonly timeoutMs: number
}

export interface Computed {
  /** The key of the result. It differs from the prepared key if the project has changed meanwhile. */
  readonly key: string
  readonly entry: CacheEntry
}

/** Computes a node that nobody caches. Throws what the pipeline and the database throw. */
export async function answerNow(services: Services, project: Project, node: QueryNode, forced: ForcedFilters) {
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  return (await answer(services, project, node, { now: services.now(), timeoutMs, forced })).response
}

async function answer(services: Services, project: Project, node: QueryNode, options: AnswerOptions) {
  const computed = await answerQuery(services, project, node, options)
  // the next request plans with the newer project at once
  if (computed.project !== project) services.waitUntil(writeRecords(services, [projectRecord(computed.project)]))
  return computed
}

/** Computes a query for the project as the database has it now. Throws what the pipeline and the database throw. */
export async function computeEntry(
  services: Services,
  project: Project,
  prepared: PreparedQuery,
  { statementName, insightId, source, timeoutMs }: Computation,
): Promise<Computed> {
  const now = services.now()
  const { node, query, forced, timezone } = prepared
  const computed = await logged(services, project, node, { insight: insightId, source }, (options) =>
    answer(services, project, node, { now, timeoutMs, forced, timezone, runId: statementName, ...options }),
  )
  const isKnown = computed.project === project
  const { key, description } = isKnown
    ? prepared
    : await prepareQuery(computed.project, query, { now, forced, timezone })
  const { results: _, ...head } = computed.response
  const entry: CacheEntry = {
    head,
    computedFrom: computed.computedFrom,
    basis: computed.basis,
    query,
    ...(forced.length > 0 ? { forced } : {}),
    timezone: timezone ?? computed.project.timezone,
    interval: description.interval,
    dateFrom: description.dateFrom?.getTime() ?? null,
    dateTo: description.dateTo?.getTime() ?? null,
    ...(insightId === null ? {} : { insightId }),
    results: new JsonText(JSON.stringify(linkedResults(computed.response, linkOf(project.id, key, now.getTime())))),
    lastRefresh: now.getTime(),
    // the statements began later
    dataUntil: now.getTime(),
  }
  return { key, entry }
}

const STORE = `
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
return redis.call('GET', KEYS[3])`

/**
 * Stores the result of a request and frees its lock, in one call. Returns when the client's id was cancelled
 * (milliseconds, as text), null if it was not. Throws 400 `result_too_large`, and what Redis throws.
 */
export async function storeEntry(
  { redis, now }: Services,
  keys: { readonly entry: string; readonly lock: string; readonly cancel: string | undefined },
  entry: CacheEntry,
  holder: string,
): Promise<string | null> {
  const names = [keys.entry, keys.lock, keys.cancel ?? keys.lock]
  const text = await packEntry(entry)
  const args = [text, String(ENTRY_TTL_SECONDS), holder]
  const cancelledAt = await redis.eval<string[], string | null>(STORE, names, args)
  noteWrite(now().getTime(), keys.entry, entry.lastRefresh, text)
  letGo([keys.entry])
  return keys.cancel === undefined ? null : cancelledAt
}
