import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** A folder that is not there yet when it is made, and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'edgehog-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** An empty database on the server of `DATABASE_URL_TCP`; undefined when there is none. */
export async function temporaryDatabase(): Promise<{ url: string; remove(): Promise<void> } | undefined> {
  const server = process.env.DATABASE_URL_TCP
  if (!server) return undefined
  const name = `edgehog_test_${Date.now()}_${Math.floor(Math.random() * 1e6)}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.toString(), remove: () => administer(server, `drop database if exists ${name} with (force)`) }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
