import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** An empty folder, and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'edgehog-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** A database on the server of `DATABASE_URL_TCP`, empty or a copy of `template`; undefined without such a server. */
export async function temporaryDatabase(
  template = 'template1',
): Promise<{ url: string; remove(): Promise<void> } | undefined> {
  const server = process.env.DATABASE_URL_TCP
  if (!server) return undefined
  const name = `edgehog_test_${randomUUID().replaceAll('-', '')}`
  await administer(server, `create database ${name} template ${template}`)
  return {
    url: databaseUrl(server, name),
    remove: async () => void (await administer(server, `drop database if exists ${name} with (force)`)),
  }
}

/** One statement on the server's own database; its rows come back. */
export async function administer(server: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(server)
  await client.connect()
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

/** The URL of another database of the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}
