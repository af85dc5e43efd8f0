/**
 * Databases with all migrations applied. Each is a copy of an image that is made once: a folder of PGlite, or a
 * template database on the server of `DATABASE_URL_TCP`. The name of the image is a hash of what it is made from, so
 * that a changed migration has another image. Two processes may make one at the same time: the first to finish wins.
 */
import { createHash, randomUUID } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyMigrations } from '../../lib/store/migrate.ts'
import { readMigrations } from '../../local/migrations.ts'
import type { Database } from '../../local/neon/database.ts'
import { type IdlePglites, openPglite } from '../../local/neon/pglite.ts'
import { openPostgres } from '../../local/neon/postgres.ts'
import { administer, databaseUrl, temporaryDatabase, temporaryFolder } from './temporary.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
const PGLITE = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)
/** The second is what two renamings at once come to. */
const DUPLICATE_DATABASE: readonly unknown[] = ['42P04', '23505']

/** Of all files of a test process: modules are those of each file alone. */
const kept = globalThis as { idlePglites?: IdlePglites }
kept.idlePglites ??= []
const { idlePglites } = kept

/** Where `startStack` finds its database. */
export interface MigratedDatabase {
  /** PGlite's folder; empty when there is a real server. */
  readonly folder: string
  /** On the server of `DATABASE_URL_TCP`, if there is one. */
  readonly databaseUrl: string | undefined
  readonly idlePglites: IdlePglites
  remove(): Promise<void>
}

/** A migrated database of the caller's own: PGlite, or on the server of `DATABASE_URL_TCP`. */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  const server = process.env.DATABASE_URL_TCP
  if (!server) return migratedPglite()
  const { folder, remove } = await temporaryFolder()
  const database = await temporaryDatabase(await templateDatabase(server))
  return {
    folder,
    databaseUrl: database?.url,
    idlePglites,
    async remove() {
      await database?.remove()
      await remove()
    },
  }
}

/** A migrated folder of PGlite, whatever DATABASE_URL_TCP says. */
export async function migratedPglite(): Promise<MigratedDatabase> {
  const { folder, remove } = await temporaryFolder()
  // of more than a thousand files: a third of the time of `cp`
  cpSync(await pgliteImage(), folder, { recursive: true })
  return { folder, databaseUrl: undefined, idlePglites, remove }
}

async function pgliteImage(): Promise<string> {
  const image = join(CACHE, `edgehog-${await imageHash(await readFile(PGLITE, 'utf8'))}`)
  if (await exists(image)) return image
  await mkdir(CACHE, { recursive: true })
  const making = await mkdtemp(`${image}-`)
  await applyTo(await openPglite(making))
  await rename(making, image).catch(async (error) => {
    await rm(making, { recursive: true, force: true })
    if (!(await exists(image))) throw error
  })
  return image
}

/** Nobody else connects to it: a database with connections cannot be copied. */
async function templateDatabase(server: string): Promise<string> {
  const name = `edgehog_image_${await imageHash('')}`
  const found = await administer(server, `select 1 from pg_database where datname = '${name}'`)
  if (found.length > 0) return name
  const making = `edgehog_making_${randomUUID().replaceAll('-', '')}`
  await administer(server, `create database ${making}`)
  await applyTo(await openPostgres(databaseUrl(server, making)))
  await administer(server, `alter database ${making} rename to ${name}`).catch(async (error) => {
    await administer(server, `drop database ${making}`)
    if (!DUPLICATE_DATABASE.includes(error.code)) throw error
  })
  return name
}

/** Applies the migrations and closes the database. */
async function applyTo(database: Database): Promise<void> {
  try {
    await applyMigrations((statements) => runStatements(database, statements), await readMigrations())
  } finally {
    await database.close()
  }
}

/** Runs statements as one transaction; rows of the last one come back. */
async function runStatements(database: Database, statements: readonly string[]) {
  const queries = statements.map((query) => ({ query, params: [] }))
  const outcome = await database.run({ queries, isolation: null, readOnly: false })
  if ('error' in outcome) throw new Error(outcome.error.message)
  const { fields = [], rows = [] } = outcome.results.at(-1) ?? {}
  return rows.map((row) => Object.fromEntries(fields.map(({ name }, index) => [name, row[index]])))
}

async function imageHash(engine: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([engine, await readMigrations()]))
  return hash.digest('hex').slice(0, 16)
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
