import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../../local/worker.ts'

const WORKER = fileURLToPath(new URL('../../local/worker.ts', import.meta.url))

/** As `npm start` ends when something in it throws. */
const DIES = `
import { startWorker } from ${JSON.stringify(WORKER)}
const nowhere = 'http://127.0.0.1:9'
const bindings = { DATABASE_URL: 'postgresql://a:a@127.0.0.1/a', NEON_FETCH_ENDPOINT: nowhere, UPSTASH_REDIS_REST_URL: nowhere,
  UPSTASH_REDIS_REST_TOKEN: 'a', QSTASH_URL: nowhere, QSTASH_TOKEN: 'a', QSTASH_CURRENT_SIGNING_KEY: 'a',
  QSTASH_NEXT_SIGNING_KEY: 'a', PUBLIC_URL: nowhere, STATEMENT_TIMEOUT_MS: '1000', RATE_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_HOUR: '0' }
await startWorker(Number(process.argv[1]), bindings, () => {})
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
