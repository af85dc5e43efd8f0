import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort, startWorker } from '../../local/worker.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WORKER = join(ROOT, 'local/worker.ts')

const NOWHERE = {
  DATABASE_URL: 'postgresql://a:a@127.0.0.1/a',
  NEON_FETCH_ENDPOINT: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'a',
  QSTASH_URL: 'http://127.0.0.1:9',
  QSTASH_TOKEN: 'a',
  QSTASH_CURRENT_SIGNING_KEY: 'a',
  QSTASH_NEXT_SIGNING_KEY: 'a',
  PUBLIC_URL: 'http://127.0.0.1:9',
  STATEMENT_TIMEOUT_MS: '1000',
  RATE_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_HOUR: '0',
}

/** As `npm start` ends when something in it throws. */
const DIES = `
import { startWorker } from ${JSON.stringify(WORKER)}
await startWorker(Number(process.argv[1]), ${JSON.stringify(NOWHERE)}, () => {})
console.log('up')
process.stdin.once('data', () => { throw new Error('as if by accident') })
`

test('a worker whose starter died stayed behind and held the port', async () => {
  const port = await freePort()
  const starter = spawn(process.execPath, ['--input-type=module', '-e', DIES, String(port)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await once(starter.stdout, 'data')
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/api/users/@me/`).then(
      () => true,
      () => false,
    )
  expect(await isUp()).toBe(true)
  const exited = once(starter, 'exit')
  starter.stdin.end('now')
  await exited
  await expect.poll(isUp, { timeout: 10_000 }).toBe(false)
})

test('a worker did not start while another made the files that both keep', async () => {
  const folder = join(ROOT, '.wrangler/state/v3/cache/miniflare-CacheObject')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const made = new DatabaseSync(join(folder, 'metadata.sqlite'))
  made.exec('CREATE TABLE one (a); BEGIN EXCLUSIVE')
  try {
    const worker = await startWorker(await freePort(), NOWHERE, () => {})
    await worker.close()
  } finally {
    made.close()
    await rm(folder, { recursive: true })
  }
})

test('the bare worker of the benchmarks answers where a worker is asked whether it is up', async () => {
  const bare = await startWorker(await freePort(), NOWHERE, () => {}, 'bench/bare-worker.ts')
  await bare.close()
})
