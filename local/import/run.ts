/** The whole of an import, in the order in which things name each other. */
import { writeFile } from 'node:fs/promises'
import { Api, type ApiOptions } from './api.ts'
import { checkInsights, takeDashboards } from './dashboards.ts'
import { type EventRange, takeEvents, takeFiles } from './events.ts'
import { Report } from './report.ts'
import { type Import, settlePending, takeActions, takeCohorts, takeSettings, takeVariables } from './resources.ts'
import { State } from './state.ts'

export const PARTS = ['events', 'settings', 'actions', 'cohorts', 'variables', 'dashboards', 'check'] as const
export type Part = (typeof PARTS)[number]

export interface ImportOptions {
  readonly from: ApiOptions
  readonly to: ApiOptions
  readonly parts: readonly Part[]
  /** A file or folder of a batch export, in place of the events of the API. */
  readonly files?: string | undefined
  readonly range: EventRange
  /** Where the state and the report are kept. */
  readonly stateFile: string
  readonly reportFile: string
  readonly log: (line: string) => void
}

/**
 * Takes over what `parts` says, and writes the report whatever happens. Events come first, since static cohorts take
 * their people from them; test accounts of the settings name cohorts. Throws `RequestFailed` when a server fails for
 * good; the next run goes on there.
 */
export async function runImport(options: ImportOptions): Promise<Report> {
  const { from, to, parts, files, range, stateFile, reportFile, log } = options
  const [source, destination] = [new Api(from), new Api(to)]
  const names = [source, destination].map(({ host, project }) => `${host} project ${project}`) as [string, string]
  const state = await State.open(stateFile, ...names)
  const report = new Report()
  const whole: Import = { source, destination, state, report, log }
  const steps: { readonly [P in Part]: () => Promise<void> } = {
    events: () => (files === undefined ? takeEvents(whole, range) : takeFiles(whole, files)),
    actions: () => takeActions(whole),
    cohorts: () => takeCohorts(whole),
    settings: () => takeSettings(whole),
    variables: () => takeVariables(whole),
    dashboards: () => takeDashboards(whole),
    check: () => checkInsights(whole),
  }
  try {
    await settlePending(whole)
    for (const [part, step] of Object.entries(steps)) {
      if (!parts.includes(part as Part)) continue
      log(part)
      await step()
    }
  } finally {
    await writeFile(reportFile, report.text(...names))
  }
  return report
}
