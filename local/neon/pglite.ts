import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Database, Outcome, Transaction } from './database.ts'

const PROGRAM = fileURLToPath(new URL('./pglite-process.ts', import.meta.url))
const NEVER_READY_MS = 60_000

interface Running {
  readonly child: ChildProcess
  readonly waiting: Map<number, (outcome: Outcome) => void>
}

/**
 * PGlite over a folder, which it makes. PGlite has no `statement_timeout`, so a batch that runs longer than the one it
 * sets is answered 57014 and the process is started anew; what was committed is in the folder.
 */
export async function openPglite(folder: string): Promise<Database> {
  let running = await start(folder)
  let restarting: Promise<void> | undefined
  let nextId = 1
  let queue: Promise<unknown> = Promise.resolve()
  let closed = false

  async function restart(): Promise<void> {
    const old = running
    await stop(old.child, 'SIGKILL')
    if (!closed) running = await start(folder)
  }

  async function runOne(transaction: Transaction): Promise<Outcome> {
    await restarting
    const id = nextId++
    const { child, waiting } = running
    const timeoutMs = statementTimeout(transaction)
    return new Promise((resolve) => {
      const timer =
        timeoutMs > 0
          ? setTimeout(() => {
              waiting.delete(id)
              restarting = restart()
              resolve({
                error: { message: 'canceling statement due to statement timeout', code: '57014', severity: 'ERROR' },
              })
            }, timeoutMs)
          : undefined
      waiting.set(id, (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      })
      child.send({ id, transaction })
    })
  }

  return {
    run(transaction) {
      // in a line, so that a timeout counts the batch's own time and not its wait
      const outcome = queue.then(() => runOne(transaction))
      queue = outcome.catch(() => {})
      return outcome
    },
    async close() {
      closed = true
      await restarting
      await stop(running.child, 'SIGTERM')
    },
  }
}

async function start(folder: string): Promise<Running> {
  const child = fork(PROGRAM, [folder], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting: Running['waiting'] = new Map()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('PGlite did not start within a minute.')), NEVER_READY_MS)
    child.once('message', () => {
      clearTimeout(timer)
      resolve()
    })
    child.once('exit', (code) => reject(new Error(`PGlite stopped with code ${code}; is its folder ${folder} sound?`)))
  })
  child.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
    const answer = waiting.get(id)
    waiting.delete(id)
    answer?.(outcome)
  })
  child.on('exit', () => {
    for (const answer of waiting.values())
      answer({ error: { message: 'the database process ended', code: '57P01', severity: 'FATAL' } })
    waiting.clear()
  })
  return { child, waiting }
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

/** The timeout that the batch sets for itself, in milliseconds; 0 = none. */
function statementTimeout({ queries }: Transaction): number {
  const settings = queries[0]
  if (!settings?.query.includes("set_config('statement_timeout', $1")) return 0
  return Number(settings.params[0]) || 0
}
