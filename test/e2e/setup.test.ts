/** From seven values to a deployment, against the embedded services; wrangler alone is not the real one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, test } from 'vitest'
import worker from '../../functions/index.ts'
import { QSTASH, REDIS_TOKEN } from '../../local/credentials.ts'
import { readMigrations } from '../../local/migrations.ts'
import { openPglite } from '../../local/neon/pglite.ts'
import { startNeon } from '../../local/neon/server.ts'
import { startQstash } from '../../local/qstash/server.ts'
import { memoryRedis } from '../../local/redis/database.ts'
import { startRedis } from '../../local/redis/server.ts'
import { temporaryFolder } from '../support/temporary.ts'

const LOCAL = fileURLToPath(new URL('../../local/', import.meta.url))
const WRANGLER = fileURLToPath(new URL('../support/wrangler.ts', import.meta.url))
const { folder, remove } = await temporaryFolder()
const notes = join(folder, 'notes')
const PASSWORD = 'secret-of-the-database'

const neon = await startNeon(0, await openPglite(join(folder, 'postgres')))
const redis = await startRedis(0, REDIS_TOKEN, memoryRedis())

/** The secrets that wrangler was given last. */
let secrets: object | undefined

/** Where the worker runs once it is deployed. */
const host = createServer(async (request, response) => {
  secrets = (await notesOf()).findLast((note) => note.secrets)?.secrets ?? secrets
  const answer = await worker.fetch(
    new Request(`${url}${request.url}`, { headers: request.headers as Record<string, string> }),
    {
      ...secrets,
      NEON_FETCH_ENDPOINT: neon.endpoint,
      ASSETS: { fetch: async () => Response.json((await readMigrations()).map(({ name }) => name)) },
    } as never,
    { waitUntil: (work: Promise<unknown>) => void work.catch(() => {}), passThroughOnException() {} } as never,
  )
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
})
await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
const qstash = await startQstash({ port: 0, publicUrl: url, ...QSTASH, log: () => {} })

const VALUES = {
  DATABASE_URL: `postgresql://owner:${PASSWORD}@127.0.0.1/edgehog`,
  UPSTASH_REDIS_REST_URL: redis.url,
  UPSTASH_REDIS_REST_TOKEN: REDIS_TOKEN,
  QSTASH_URL: qstash.url,
  QSTASH_TOKEN: QSTASH.token,
  QSTASH_CURRENT_SIGNING_KEY: QSTASH.currentSigningKey,
  QSTASH_NEXT_SIGNING_KEY: QSTASH.nextSigningKey,
}
const HIDDEN = [PASSWORD, VALUES.UPSTASH_REDIS_REST_TOKEN, VALUES.QSTASH_TOKEN, VALUES.QSTASH_CURRENT_SIGNING_KEY]

afterAll(async () => {
  host.closeAllConnections()
  host.close()
  await qstash.close()
  await redis.close()
  await neon.close()
  await remove()
})
beforeEach(() => writeFile(notes, ''))

interface Note {
  readonly words: string[]
  readonly secrets?: object
  readonly leaked: string[]
}
const notesOf = async (): Promise<Note[]> =>
  (await readFile(notes, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** A command of `local/` in a folder without settings of its own. Nothing that it prints may hold a secret. */
async function command(
  name: string,
  words: readonly string[],
  values: object,
): Promise<{ code: number; text: string }> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(LOCAL, name), ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH,
      HOME,
      NEON_FETCH_ENDPOINT: neon.endpoint,
      EDGEHOG_WRANGLER: WRANGLER,
      WRANGLER_NOTES: notes,
      DEPLOYED_TO: url,
      ...values,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const [code] = (await once(child, 'close')) as [number]
  for (const secret of HIDDEN) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/^\s+at /m)
  return { code, text }
}
const setup = (values: object = VALUES, ...words: string[]) =>
  command('setup.ts', ['--email', 'founder@example.com', '--organization', 'Shop', ...words], values)

const keyIn = (text: string) => /phx_\w+/.exec(text)?.[0] ?? ''
const who = (key: string) => fetch(`${url}/api/users/@me/`, { headers: { Authorization: `Bearer ${key}` } })

test('what is missing is named, with where it is shown', async () => {
  const { code, text } = await setup({ ...VALUES, QSTASH_TOKEN: '', DATABASE_URL: '' })
  expect(code).toBe(1)
  expect(text).toMatch(/DATABASE_URL +console.neon.tech[\s\S]*QSTASH_TOKEN +the same page/)
  expect(text).not.toContain('UPSTASH')
})

test.each([
  ['no connection string', { DATABASE_URL: `neon ${PASSWORD}` }, 'DATABASE_URL is not a connection string'],
  ['the token of another Redis', { UPSTASH_REDIS_REST_TOKEN: 'other' }, 'UPSTASH_REDIS_REST_TOKEN is not that'],
  ['the token of another QStash', { QSTASH_TOKEN: 'other' }, 'QSTASH_TOKEN is not valid'],
])('a value that is wrong is one sentence, and nothing is changed: %s', async (_, wrong, says) => {
  const { code, text } = await setup({ ...VALUES, ...wrong })
  expect([code, text]).toEqual([1, expect.stringContaining(says)])
  expect(await notesOf()).toEqual([])
})

test('migrate and bootstrap say the cause in one line', async () => {
  const none = await command('migrate.ts', [], {})
  expect([none.code, none.text.trim()]).toEqual([1, expect.stringMatching(/^DATABASE_URL must be set, .*\.$/)])
  const away = await command('migrate.ts', [], { ...VALUES, NEON_FETCH_ENDPOINT: 'http://127.0.0.1:9/sql' })
  expect([away.code, away.text.trim().split('\n').length]).toEqual([1, 1])
  expect(away.text).toContain('Check the host in DATABASE_URL')
  const early = await command('bootstrap.ts', ['--email', 'a@example.com'], VALUES)
  expect([early.code, early.text]).toEqual([1, expect.stringContaining('npm run migrate')])
})

let first = ''

test('all of it: tables, key, secrets, deployment, health', async () => {
  await writeFile(
    join(folder, '.env'),
    Object.entries(VALUES)
      .map(([name, value]) => `${name}="${value}"`)
      .join('\n'),
  )
  const { code, text } = await setup({})
  expect([code, text]).toEqual([0, expect.stringContaining('All is well.')])
  first = keyIn(text)
  expect(await (await who(first)).json()).toMatchObject({
    email: 'founder@example.com',
    organization: { name: 'Shop' },
  })
  expect(await notesOf()).toEqual([
    { words: ['secret', 'bulk', '--env', ''], secrets: VALUES, leaked: [] },
    { words: ['deploy', '--env', ''], leaked: [] },
  ])
  for (const name of ['settings', 'postgres', 'tables', 'redis', 'qstash', 'clock'])
    expect(text).toMatch(new RegExp(`^✓ ${name} `, 'm'))
})

test('again, for another environment: nothing is made twice', async () => {
  await writeFile(join(folder, '.env.staging'), await readFile(join(folder, '.env')))
  const { code, text } = await setup({ EDGEHOG_KEY: first, PUBLIC_URL: url }, '--env', 'staging')
  expect([code, text]).toEqual([0, expect.stringContaining('All is well.')])
  expect(text).toContain('Everything is applied already.')
  expect(text).not.toContain('phx_')
  expect((await notesOf()).map(({ words }) => words.join(' '))).toEqual([
    'secret bulk --env staging',
    `deploy --var PUBLIC_URL:${url} --env staging`,
  ])
})

test('without a deployment, and with one that fails', async () => {
  expect((await setup({}, '--no-deploy')).text).toContain('Not deployed')
  expect(await notesOf()).toEqual([])
  const { code, text } = await setup({ WRANGLER_FAILS: '1' })
  expect([code, text]).toEqual([1, expect.stringContaining('`wrangler secret bulk` failed')])
})

test('another key says so, and revokes the others if it is told to; another project needs none', async () => {
  const email = ['--email', 'founder@example.com']
  const again = await command('bootstrap.ts', email, VALUES)
  expect(again.text).toContain('This is another key of founder@example.com, beside 1 other; --revoke-others')
  expect((await who(first)).status).toBe(200)
  const only = await command('bootstrap.ts', [...email, '--revoke-others'], VALUES)
  expect(only.text).toContain('Revoked 2 keys.')
  const statuses = await Promise.all(
    [first, keyIn(again.text), keyIn(only.text)].map(async (key) => (await who(key)).status),
  )
  expect(statuses).toEqual([401, 401, 200])
  const project = await command('bootstrap.ts', [...email, '--project', 'Second product'], VALUES)
  const [, id, token] = /project +(\d+)\nproject token +(phc_\w+)/.exec(project.text) ?? []
  expect(project.text).not.toContain('phx_')
  const read = await fetch(`${url}/api/projects/${id}/`, { headers: { Authorization: `Bearer ${keyIn(only.text)}` } })
  expect(await read.json()).toMatchObject({ name: 'Second product', api_token: token })
  const twice = await command('bootstrap.ts', [...email, '--project', 'Second product'], VALUES)
  expect(twice.text).toContain(`There is a project of this name already.\nproject            ${id}`)
})
