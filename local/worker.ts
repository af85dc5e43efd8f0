/** The worker under `wrangler dev`, with settings that are never written to a file. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Worker {
  readonly url: string
  /** Of wrangler, which starts the runtime. */
  readonly pid: number
  close(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WRANGLER = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url))
const READY_MS = 60_000
/** Settings of wrangler.toml's `[vars]`; the others are secrets, which wrangler takes from its environment. */
const PLAIN = [
  'PUBLIC_URL',
  'EDGEHOG_PREFIX',
  'STATEMENT_TIMEOUT_MS',
  'RATE_LIMIT_PER_MINUTE',
  'RATE_LIMIT_PER_HOUR',
  'RUNS_PARALLELISM',
  'RUNS_PER_MINUTE',
  'WARM_PER_HOUR',
  'NEON_FETCH_ENDPOINT',
]

/** Starts the worker of `main`; resolves when it answers. Throws an Error with its output when it does not. */
export async function startWorker(
  port: number,
  bindings: Readonly<Record<string, string>>,
  log: (line: string) => void,
  main = 'functions/index.ts',
): Promise<Worker> {
  const vars = PLAIN.flatMap((name) => ['--var', `${name}:${bindings[name] ?? ''}`])
  // workers that run at the same time would lock each other's files in the one that wrangler takes
  const state = await mkdtemp(join(tmpdir(), 'edgehog-worker-'))
  const args = [
    'dev',
    main,
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--inspector-port',
    String(await freePort()),
    // the settings of a deployment that are in .env or .dev.vars are not for this one
    '--env-file',
    devNull,
    '--persist-to',
    state,
    ...vars,
  ]
  const child = spawn(process.execPath, [WRANGLER, ...args, '--show-interactive-dev-session=false'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // a process group of its own, so that Ctrl-C reaches only the process that started it
    detached: true,
    env: { ...process.env, ...bindings, WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0', NO_COLOR: '1', CI: '1' },
  })
  const removeState = () => rmSync(state, { recursive: true, force: true, maxRetries: 5 })
  const endWithUs = () => {
    kill(child, 'SIGKILL')
    removeState()
  }
  process.once('exit', endWithUs)
  child.once('exit', () => {
    process.off('exit', endWithUs)
    removeState()
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      for (const line of chunk
        .toString()
        .split('\n')
        .filter((text) => text.trim())) {
        output.push(line)
        if (output.length > 200) output.shift()
        log(line)
      }
    })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child, output)
  return { url, pid: child.pid ?? 0, close: () => stop(child) }
}

async function untilReady(url: string, child: ChildProcess, output: readonly string[]): Promise<void> {
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The worker did not start.\n${output.join('\n')}`)
    const answer = await fetch(`${url}/_health`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop(child)
  throw new Error(`The worker did not answer within a minute.\n${output.join('\n')}`)
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const late = setTimeout(() => kill(child, 'SIGKILL'), 5_000)
    child.once('exit', () => {
      clearTimeout(late)
      resolve()
    })
    kill(child, 'SIGTERM')
  })
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

/**
 * Finds a free port below 32768. Systems assign ports from 32768 on, so no server that asks for any free port can take
 * this one before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(10_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}
