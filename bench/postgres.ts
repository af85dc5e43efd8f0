/** A real Postgres server for the length of a benchmark. */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../local/worker.ts'

export interface Server {
  readonly url: string
  readonly version: string
  /** Fills a table from a file of tab-separated text. */
  copy(table: string, file: string): void
  stop(): void
}

const SETTINGS = [
  'shared_buffers=2GB',
  'work_mem=256MB',
  'maintenance_work_mem=1GB',
  'jit=off',
  'max_wal_size=8GB',
  'checkpoint_timeout=1h',
]

/** Starts the newest Postgres that Debian installed; its data stay in the folder `keptIn`. Throws an Error when there is none. */
export async function startPostgres(settings: readonly string[] = [], keptIn?: string): Promise<Server> {
  const version = newest()
  const bin = `/usr/lib/postgresql/${version}/bin`
  const folder = keptIn === undefined ? mkdtempSync(join(tmpdir(), 'edgehog-bench-')) : resolve(keptIn)
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const isRoot = process.getuid?.() === 0
  if (isRoot)
    chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), Number(execFileSync('id', ['-g', 'postgres'])))
  const run = (command: string) =>
    isRoot ? execFileSync('su', ['postgres', '-c', command]) : execFileSync('sh', ['-c', command])
  const options = [...SETTINGS, ...settings].map((setting) => `-c ${setting}`).join(' ')
  if (!existsSync(join(folder, 'data')))
    run(`${bin}/initdb -D ${folder}/data -A trust -U edgehog -E UTF8 --locale=C.UTF-8 >/dev/null`)
  run(`${bin}/pg_ctl -D ${folder}/data -w -l ${folder}/log -o '-p ${port} -k ${folder} ${options}' start >/dev/null`)
  const url = `postgres://edgehog@127.0.0.1:${port}/postgres`
  return {
    url,
    version,
    copy(table, file) {
      execFileSync(`${bin}/psql`, [url, '-q', '-c', `\\copy ${table} from '${file}'`])
    },
    stop() {
      run(`${bin}/pg_ctl -D ${folder}/data -m ${keptIn === undefined ? 'immediate' : 'fast'} stop >/dev/null`)
      if (keptIn === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function newest(): string {
  let versions: string[] = []
  try {
    versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))
  } catch {}
  const [version] = versions
  if (!version) throw new Error('There is no Postgres in /usr/lib/postgresql: apt-get install postgresql')
  return version
}
