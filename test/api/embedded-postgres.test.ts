import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IdlePglites, openPglite, type Pglite } from '../../local/neon/pglite.ts'
import { openPostgres } from '../../local/neon/postgres.ts'
import { migratedPglite } from '../support/image.ts'
import { temporaryDatabase, temporaryFolder } from '../support/temporary.ts'

let database: Pglite
let temporary: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  temporary = await temporaryFolder()
  database = await openPglite(temporary.folder)
  await run('create table kept (n int)')
  await run('insert into kept values (1)')
})
afterAll(async () => {
  await database.close()
  await temporary.remove()
})

const transaction = (query: string) => ({ queries: [{ query, params: [] }], isolation: null, readOnly: false })
const run = (query: string) => database.run(transaction(query))
const end = () => process.kill(database.pid ?? Number.NaN, 'SIGKILL')
const KEPT = { results: [{ rows: [['1']] }] }

test('a PGlite whose process ended between two batches is started again', async () => {
  const { pid } = database
  end()
  // the first batches may still be given to the process that ends
  await expect.poll(() => run('select n from kept'), { timeout: 50_000 }).toMatchObject(KEPT)
  expect(database.pid).not.toBe(pid)
})

test('a PGlite whose process ends in the middle of a batch answers an error, and the next batch is answered', async () => {
  await run('select 1')
  const cut = run('select pg_sleep(30)')
  const next = run('select n from kept')
  setTimeout(end, 300)
  expect(await cut).toMatchObject({ error: { code: '57P01' } })
  expect(await next).toMatchObject(KEPT)
})

test('the next database is opened in the process of one that is closed', async () => {
  const idle: IdlePglites = []
  const pids: (number | undefined)[] = []
  for (const word of ['first', 'second']) {
    const own = await migratedPglite()
    const opened = await openPglite(own.folder, idle)
    expect(await opened.run(transaction(`create table ${word} (n int)`))).toHaveProperty('results')
    expect(await opened.run(transaction(`select to_regclass('first')`))).toMatchObject({
      results: [{ rows: [[word === 'first' ? 'first' : null]] }],
    })
    pids.push(opened.pid)
    await opened.close()
    await own.remove()
  }
  expect(pids[0]).toBe(pids[1])
  expect(idle.length).toBe(1)
  idle[0]?.kill()
})

const CLOSES = `
import { openPglite } from ${JSON.stringify(fileURLToPath(new URL('../../local/neon/pglite.ts', import.meta.url)))}
const database = await openPglite(process.argv[1], [])
console.log(database.pid)
await database.close()
`

test('a program whose databases are closed did not end', async () => {
  const own = await migratedPglite()
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', CLOSES, own.folder], {
    timeout: 30_000,
  })
  const isThere = () => {
    try {
      return process.kill(Number(stdout), 0)
    } catch {
      return false
    }
  }
  await expect.poll(isThere).toBe(false)
  await own.remove()
})

test('a statement that PGlite does not answer is an error and no empty result', async () => {
  expect(await run(`select 'a' ~ '((a{255}){255}){255}'`)).toMatchObject({ error: { code: expect.any(String) } })
  expect(await run('select n from kept')).toMatchObject(KEPT)
  expect(await run('')).toMatchObject({ results: [{ rows: [] }] })
})

test.skipIf(!process.env.DATABASE_URL_TCP)(
  'a connection that Postgres ends under a statement ends nothing else',
  async () => {
    const own = await temporaryDatabase()
    const postgres = await openPostgres(own?.url ?? '')
    const cut = postgres.run(transaction(`select pg_sleep(20) as "sleeps"`))
    const ended = `select pg_terminate_backend(pid) from pg_stat_activity where query like '%"sleeps"%' and pid <> pg_backend_pid()`
    let found = 0
    while (found === 0) {
      const outcome = await postgres.run(transaction(ended))
      found = 'results' in outcome ? (outcome.results[0]?.rows.length ?? 0) : 0
    }
    expect(await cut).toMatchObject({ error: { code: '57P01' } })
    expect(await postgres.run(transaction('select 1'))).toMatchObject(KEPT)
    await postgres.close()
    await own?.remove()
  },
)
