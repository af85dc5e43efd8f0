/**
 * `npm run conformance [-- <area or text>]`: the shared cases against a stack of its own. Fails when a case fails that
 * pending.json or known.json does not name, and when one of pending.json passes: that list must stay true.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KEY } from '../../local/credentials.ts'
import { startStack } from '../../local/stack.ts'
import { freePort, startWorker } from '../../local/worker.ts'
import { migratedDatabase } from '../support/image.ts'
import { temporaryFolder } from '../support/temporary.ts'

interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly wrong?: string
}

const SHARED = fileURLToPath(new URL('../../../shared/conformance', import.meta.url))
/** What is built. */
const AREAS = ['actions', 'cohorts', 'decisions', 'funnels', 'ingestion', 'insights', 'properties', 'reports', 'trends']

if (!existsSync(join(SHARED, 'run.mjs'))) {
  console.log('The shared conformance cases are not on this machine: none of them was run.')
  process.exit(0)
}
const { folder, remove } = await temporaryFolder()
const report = join(folder, 'report.json')
const database = await migratedDatabase()
const port = await freePort()
const output: string[] = []
const stack = await startStack({ ...database, publicUrl: `http://127.0.0.1:${port}` })
const worker = await startWorker(port, stack.bindings, (line) => output.push(line))
try {
  await runCases([...select(process.argv[2])])
} finally {
  await worker.close()
  await stack.close()
  await database.remove()
}
const outcomes: Outcome[] = JSON.parse(await readFile(report, 'utf8'))
await remove()
process.exitCode = (await judge(outcomes)) ? 0 : 1

/** An area or a file by its path, else a text that names contain. */
function select(wanted: string | undefined): string[] {
  if (!wanted) return AREAS.map((area) => join(SHARED, area))
  const found = [join(SHARED, wanted), join(SHARED, `${wanted}.json`)].find(existsSync)
  return found ? [found] : ['--filter', wanted, SHARED]
}

function runCases(args: readonly string[]): Promise<void> {
  const runner = [join(SHARED, 'run.mjs'), '--base', worker.url, '--key', KEY, '--out', report, '--quiet', ...args]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, runner, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('exit', (code) =>
      code === 2 ? reject(new Error(`The cases could not run.\n${output.slice(-20).join('\n')}`)) : resolve(),
    )
  })
}

async function judge(outcomes: readonly Outcome[]): Promise<boolean> {
  const pending = await readList('pending.json')
  const known = await readList('known.json')
  const excused = new Set([...Object.values(pending).flat(), ...Object.keys(known)])
  const failed = outcomes.filter(({ ok, name }) => !ok && !excused.has(name))
  const done = outcomes.filter(({ ok, name }) => ok && excused.has(name))
  for (const { name, wrong } of failed) console.log(`FAIL ${name}\n     ${wrong}`)
  for (const { name } of done) console.log(`PASSES and is listed as failing: ${name}`)
  const passed = outcomes.filter(({ ok }) => ok).length
  console.log(`${outcomes.length - passed - failed.length} wait for what is not built`)
  console.log(`${passed} passed, ${failed.length} failed`)
  return failed.length === 0 && done.length === 0
}

async function readList(name: string): Promise<Record<string, string[]>> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'))
}
