/** Postgres as an engine: its parts put together. */
import { queryTimeout } from '../../core/errors.ts'
import type { GivenName } from '../../plan/context.ts'
import type { Engine, Run } from '../engine.ts'
import { cancelStatements } from './cancel.ts'
import { moveDays } from './changed-days.ts'
import { addMembers, replaceMembers } from './cohort-members.ts'
import { loadContext } from './context.ts'
import { explaining, planInWords } from './explain.ts'
import { exportedRows } from './exports.ts'
import { lowerPostgres } from './lower.ts'
import type { LowerContext } from './lower-context.ts'
import { dropUnused } from './partials/drop.ts'
import { keepBuckets } from './partials/kept-buckets.ts'
import { printFillings, printPostgres } from './print.ts'
import { changedProject } from './project-json.ts'
import { stillUnseen } from './unseen.ts'
import { versionOf } from './versions.ts'

export interface PostgresOptions {
  /** The clock that deadlines are told by. */
  readonly now: () => Date
  /** Partial results are kept for queries that read so many events at least. */
  readonly partialsFromRows: number
}

/** The engine over whatever runs statements. */
export function postgresEngine(run: Run, options: PostgresOptions): Engine {
  const { now, partialsFromRows } = options
  const compile: Engine['compile'] = (query, context, { usePartials = true } = {}) => {
    const own = context as LowerContext
    // what is kept is of all events
    const keeps = usePartials && !own.rows && (own.rowsInRange ?? 0) >= partialsFromRows
    const lowered = lowerPostgres(query, { ...own, keeps })
    if (!keeps) return printPostgres(lowered)
    const { query: kept, buckets } = keepBuckets(lowered, own)
    return buckets.length === 0 ? printPostgres(kept) : { ...printPostgres(kept), before: printFillings(buckets) }
  }
  return {
    run,
    compile,
    context: (...asked) => loadContext(run, ...asked),
    async runCompiled(project, statements, options, reads = null, unseen = []) {
      if (statements.length === 0 && !reads) return { rows: [], computedFrom: 'database', version: null, unseen }
      const joinsMany = statements.some((statement) => statement.joinsMany)
      const before = statements.flatMap((statement) => statement.before ?? [])
      const readOnly = options.readOnly === true && before.length === 0
      // first: of what changes later nobody knows whether the rows have it
      const version = reads ? [versionOf(project.id, reads)] : []
      const names = unseen.length > 0 ? [stillUnseen(project.id, unseen)] : []
      const all = [changedProject(project), ...version, ...before, ...statements, ...names]
      const [newer, ...results] = await run(all, { ...options, readOnly, joinsMany })
      if (newer?.[0]) return { newer: newer[0].project as typeof project }
      return {
        rows: results.slice(version.length + before.length, results.length - names.length),
        computedFrom: before.length > 0 ? 'partials' : 'database',
        version: reads ? Number(results[0]?.[0]?.version) : null,
        unseen: names.length > 0 ? (results.at(-1) as unknown as readonly GivenName[]) : [],
      }
    },
    async standings(project, asked, options) {
      const statements = asked.flatMap(({ reads, unseen }) => [
        versionOf(project.id, reads),
        ...(unseen.length > 0 ? [stillUnseen(project.id, unseen)] : []),
      ])
      const [newer, ...results] = await run([changedProject(project), ...statements], { ...options, readOnly: true })
      if (newer?.[0]) return null
      const rows = results.values()
      return asked.map(({ unseen }) => ({
        version: Number(rows.next().value?.[0]?.version),
        unseen: unseen.length > 0 ? ((rows.next().value ?? []) as unknown as readonly GivenName[]) : [],
      }))
    },
    async explain(statements, options) {
      const plans = await run(statements.map(explaining), options)
      return plans.flatMap(planInWords)
    },
    within: (timeoutMs) => postgresEngine(boundedRun(run, timeoutMs, now), options),
    cancel: (runId) => cancelStatements(run, runId),
    moveDays: (...asked) => moveDays(run, ...asked),
    exportedRows: exportedRows(run),
    dropUnused: (options) => dropUnused(run, options),
    cohortMembers: {
      replace: (cohort, members, context, options) =>
        replaceMembers(run, context.projectId, cohort, compile(members, context), options),
      add: (...asked) => addMembers(run, ...asked),
    },
  }
}

/** The same for calls that may take so many milliseconds together, from now on. Throws 504 when they are over. */
function boundedRun(run: Run, timeoutMs: number, now: () => Date): Run {
  const until = now().getTime() + timeoutMs
  return (statements, options) => {
    const left = until - now().getTime()
    if (left <= 0) return Promise.reject(queryTimeout())
    return run(statements, { ...options, timeoutMs: Math.min(options.timeoutMs, left) })
  }
}
