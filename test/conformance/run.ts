/**
 * `npm run conformance [-- <area or text>]`: the shared cases against a stack of its own. Fails when a case fails that
 * known.json does not name with its reason, and when one of those passes: that list must stay true.
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
  if (!wanted) return [SHARED]
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
  const excused: Readonly<Record<string, string>> = JSON.parse(
    await readFile(new URL('known.json', import.meta.url), 'utf8'),
  )
  const isExcused = ({ name }: Outcome) => Object.hasOwn(excused, name)
  const failed = outcomes.filter((outcome) => !outcome.ok && !isExcused(outcome))
  const done = outcomes.filter((outcome) => outcome.ok && isExcused(outcome))
  for (const { name, wrong } of failed) console.log(`FAIL ${name}\n     ${wrong}`)
  for (const { name } of done) console.log(`PASSES and is listed as failing: ${name}`)
  const passed = outcomes.filter(({ ok }) => ok).length
  console.log(`${outcomes.length - passed - failed.length} fail with a reason`)
  console.log(`${passed} passed, ${failed.length} failed`)
  return failed.length === 0 && done.length === 0
}
