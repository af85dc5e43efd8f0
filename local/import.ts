/**
 * `npm run import`: takes events, actions, cohorts, variables, dashboards and insights over from PostHog, or from another
 * Edgehog (docs/moving-from-posthog.md).
 */
import { parseArgs } from 'node:util'
import { PARTS, type Part, runImport } from './import/run.ts'

const USAGE = `npm run import -- --from https://us.posthog.com --key phx_… --to https://your-edgehog --to-key phx_…

  --from-project ID   project of the source; the key's current one unless given
  --to-project ID     project of the destination; the key's current one unless given
  --only a,b          ${PARTS.join(', ')}; all unless given
  --files PATH        a file or folder of a batch export (JSON lines, also .gz or .br), in place of the events of the API
  --after, --before   instants, e.g. 2026-01-31: of the API, events from the one on, up to the other
  --state FILE        where the run notes what is done (edgehog-import.json); run again to go on
  --report FILE       what was taken and what was not (edgehog-import.md)

  The keys may be in the environment: IMPORT_FROM_KEY and IMPORT_TO_KEY.`

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    from: text,
    key: text,
    'from-project': { ...text, default: '@current' },
    to: text,
    'to-key': text,
    'to-project': { ...text, default: '@current' },
    only: { ...text, default: PARTS.join(',') },
    files: text,
    after: text,
    before: text,
    state: { ...text, default: 'edgehog-import.json' },
    report: { ...text, default: 'edgehog-import.md' },
  },
})

const { from, to, only } = values
const { IMPORT_FROM_KEY, IMPORT_TO_KEY } = process.env
const [fromKey, toKey] = [values.key ?? IMPORT_FROM_KEY, values['to-key'] ?? IMPORT_TO_KEY]
if (!from || !to || !fromKey || !toKey) fail('Both hosts and both keys are needed.')
const parts = only.split(',').map((part) => (isPart(part) ? part : fail(`There is no part ${JSON.stringify(part)}.`)))

const report = await runImport({
  from: { host: from, key: fromKey, project: values['from-project'] },
  to: { host: to, key: toKey, project: values['to-project'] },
  parts,
  files: values.files,
  range: { after: values.after, before: values.before },
  stateFile: values.state,
  reportFile: values.report,
  log: (line) => console.log(line),
}).catch((error: Error) => {
  console.error(`${error.message}\nWhat was taken is noted in ${values.state}: run the same again to go on.`)
  process.exit(1)
})
console.log(`\n${[...report.taken].map(([what, count]) => `${count} ${what}`).join(', ')}; ${report.left.length} not taken.
The report is in ${values.report}.`)

function isPart(word: string): word is Part {
  return PARTS.some((part) => part === word)
}

function fail(message: string): never {
  console.error(`${message}\n\n  ${USAGE}`)
  process.exit(1)
}
