/**
 * `npm run fuzz -- [--requests N] [--seed N]`: random requests over the whole route table, against a stack of its own. The
 * fuzzer is shared by all implementations of the API and lies beside the repository; without it there is nothing to run. What
 * it reads and deletes is also asked for with the token of a viewer.
 */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KEY } from '../local/credentials.ts'
import { startStack } from '../local/stack.ts'
import { freePort, startWorker } from '../local/worker.ts'
import { startViewersProxy } from './fuzz-viewers.ts'
import { migratedDatabase } from './support/image.ts'

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
  },
})
const FUZZER = fileURLToPath(new URL('../../shared/tools/fuzz-http.mjs', import.meta.url))

if (!existsSync(FUZZER)) {
  console.log('There is no ../shared/tools/fuzz-http.mjs: nothing is fuzzed.')
  process.exit(0)
}

const database = await migratedDatabase()
const port = await freePort()
const proxy = await startViewersProxy(`http://127.0.0.1:${port}`, KEY)
const stack = await startStack({ ...database, publicUrl: proxy.url })
const log: string[] = []
const worker = await startWorker(port, stack.bindings, (line) => log.push(line))
console.log(
  `fuzz: ${options.requests} requests, seed ${options.seed}${database.databaseUrl ? ', on DATABASE_URL_TCP' : ''}`,
)
const code = await new Promise<number>((resolve) => {
  const args = [FUZZER, '--base', proxy.url, '--key', KEY, '--seed', options.seed, '--requests', options.requests]
  spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (status) => resolve(status ?? 1))
})
console.log(`${proxy.sent} of the requests were also sent as a viewer; ${proxy.findings.length} findings`)
for (const finding of proxy.findings.slice(0, 50)) console.log(`as a viewer: ${finding}`)
const isWrong = code !== 0 || proxy.findings.length > 0
if (isWrong) console.log(`\nThe last lines of the worker:\n${log.slice(-60).join('\n')}`)
proxy.close()
await worker.close()
await stack.close()
await database.remove()
process.exit(isWrong ? 1 : 0)
