/** What was computed: kept in the isolate and written many at once, so that a computation costs no call of its own. */
import type { AnswerOptions } from '../answer-query.ts'
import type { ApiError } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { Services } from '../services.ts'
import { writeRuns } from '../store/runs.ts'

export interface LoggedRun {
  readonly project: number
  readonly started: Date
  readonly duration_ms: number
  readonly kind: string
  /** Of SQL, its beginning. */
  readonly query: string | null
  readonly insight: number | null
  /** Whether somebody waited for it. */
  readonly source: 'request' | 'background'
  /** `ok`, or the code of the error. */
  readonly status: string
  readonly rows: number | null
}

/** How many are kept before they are written. */
const MOST_KEPT = 25
const MOST_CHARACTERS = 1_000

let kept: LoggedRun[] = []

/** Computes, and notes how that went. A query that reads what ran finds what this isolate knows of it. */
export async function logged<T extends { readonly response: object }>(
  services: Services,
  project: Project,
  node: QueryNode,
  { insight, source }: Pick<LoggedRun, 'insight' | 'source'>,
  compute: (options: Pick<AnswerOptions, 'beforeReading'>) => Promise<T>,
): Promise<T> {
  const text = node.kind === 'HogQLQuery' ? node.text.text : null
  const beforeReading = async (tables: ReadonlySet<string>) => {
    if (tables.has('system.runs')) await flush(services).catch(() => {})
  }
  const started = services.now()
  const note = (status: string, rows: number | null) => {
    const duration_ms = services.now().getTime() - started.getTime()
    const query = text?.slice(0, MOST_CHARACTERS) ?? null
    kept.push({ project: project.id, started, duration_ms, kind: node.kind, query, insight, source, status, rows })
    if (kept.length >= MOST_KEPT) services.waitUntil(flush(services).catch(() => {}))
  }
  try {
    const computed = await compute({ beforeReading })
    note('ok', rowsOf(computed.response))
    return computed
  } catch (error) {
    note((error as ApiError).code ?? 'error', null)
    throw error
  }
}

/** Runs that cannot be written are forgotten: they are no one's data. */
async function flush({ db }: Services): Promise<void> {
  const runs = kept
  kept = []
  if (runs.length > 0) await writeRuns(db, runs)
}

function rowsOf(response: object): number | null {
  const results = 'results' in response ? response.results : null
  return Array.isArray(results) ? results.length : null
}
