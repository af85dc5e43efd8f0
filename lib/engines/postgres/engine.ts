/** Postgres as an engine: its parts put together. */
import { queryTimeout } from '../../core/errors.ts'
import type { Engine, Run } from '../engine.ts'
import { cancelStatements } from './cancel.ts'
import { addMembers, replaceMembers } from './cohort-members.ts'
import { loadContext } from './context.ts'
import { explaining, planInWords } from './explain.ts'
import { exportedRows } from './exports.ts'
import { lowerPostgres } from './lower.ts'
import type { LowerContext } from './lower-context.ts'
import { printPostgres } from './print.ts'
import { changedProject } from './project-json.ts'

/** The engine over whatever runs statements. `now`: the clock that deadlines are told by. */
export function postgresEngine(run: Run, now: () => Date): Engine {
  const compile: Engine['compile'] = (query, context) => printPostgres(lowerPostgres(query, context as LowerContext))
  return {
    run,
    compile,
    context: (...asked) => loadContext(run, ...asked),
    async runCompiled(project, statements, options) {
      if (statements.length === 0) return { rows: [], computedFrom: 'database' }
      const joinsMany = statements.some((statement) => statement.joinsMany)
      const [newer, ...rows] = await run([changedProject(project), ...statements], { ...options, joinsMany })
      return newer?.[0] ? { newer: newer[0].project as typeof project } : { rows, computedFrom: 'database' }
    },
    async explain(statements, options) {
      const plans = await run(statements.map(explaining), options)
      return plans.flatMap(planInWords)
    },
    within: (timeoutMs) => postgresEngine(boundedRun(run, timeoutMs, now), now),
    cancel: (runId) => cancelStatements(run, runId),
    exportedRows: exportedRows(run),
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
