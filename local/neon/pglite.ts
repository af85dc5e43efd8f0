import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Database, Outcome, Transaction } from './database.ts'

const PROGRAM = fileURLToPath(new URL('./pglite-process.ts', import.meta.url))
const NEVER_READY_MS = 60_000

interface Running {
  readonly child: ChildProcess
  readonly waiting: Map<number, (outcome: Outcome) => void>
}

export interface Pglite extends Database {
  /** Of the process that runs it now. */
  readonly pid: number | undefined
}

/** Processes whose databases are closed. The next database is there sooner in one of them than in a new one. */
export type IdlePglites = ChildProcess[]

/**
 * PGlite over a folder, which it makes. PGlite has no `statement_timeout`, so a batch that runs longer than the one it
 * sets is answered 57014 and the process is started anew, as it is when it ends by itself; what was committed is in the
 * folder. It takes one of the `idle` processes, and when it is closed its own is one of them.
 */
export async function openPglite(folder: string, idle?: IdlePglites): Promise<Pglite> {
  let running = await start(folder, idle)
  let nextId = 1
  let queue: Promise<unknown> = Promise.resolve()

  async function runOne(transaction: Transaction): Promise<Outcome> {
    if (hasEnded(running.child)) running = await start(folder, idle)
    const id = nextId++
    const { child, waiting } = running
    const timeoutMs = statementTimeout(transaction)
    return new Promise((resolve) => {
      const timer = timeoutMs > 0 ? setTimeout(() => void stopLate(), timeoutMs) : undefined
      const stopLate = async () => {
        waiting.delete(id)
        await stop(child, 'SIGKILL')
        resolve({ error: TIMED_OUT })
      }
      waiting.set(id, async (outcome) => {
        clearTimeout(timer)
        // whatever it answered next is not to be trusted
        if ('error' in outcome && outcome.error.severity === 'FATAL') await stop(child, 'SIGKILL')
        resolve(outcome)
      })
      child.send({ id, transaction }, (error) => {
        if (error) answerAll(waiting)
      })
    })
  }

  return {
    get pid() {
      return running.child.pid
    },
    run(transaction) {
      // in a line, so that a timeout counts the batch's own time and not its wait
      const outcome = queue.then(() => runOne(transaction))
      queue = outcome.catch(() => {})
      return outcome
    },
    async close() {
      await queue
      const { child } = running
      if (!idle || hasEnded(child)) return stop(child, 'SIGTERM')
      await told(child, { close: true })
      // the program may end meanwhile, and then so does the process
      child.unref()
      child.channel?.unref()
      idle.push(child)
    },
  }
}

const TIMED_OUT = { message: 'canceling statement due to statement timeout', code: '57014', severity: 'ERROR' }
const ENDED = { message: 'the database process ended', code: '57P01', severity: 'FATAL' }

async function start(folder: string, idle: IdlePglites = []): Promise<Running> {
  let child = idle.pop()
  while (child && hasEnded(child)) child = idle.pop()
  child ??= fork(PROGRAM, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  child.ref()
  child.channel?.ref()
  const waiting: Running['waiting'] = new Map()
  await told(child, { open: folder })
  child.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
    const answer = waiting.get(id)
    waiting.delete(id)
    answer?.(outcome)
  })
  // a message to a process that just ended
  child.on('error', () => answerAll(waiting))
  child.on('exit', () => answerAll(waiting))
  return { child, waiting }
}

/** Tells a process to open a folder or to close it, and waits until it has. Nobody listens to it afterwards. */
async function told(child: ChildProcess, message: { open: string } | { close: true }): Promise<void> {
  for (const event of ['message', 'error', 'exit']) child.removeAllListeners(event)
  const done = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('PGlite did not answer within a minute.')), NEVER_READY_MS)
    child.once('message', () => {
      clearTimeout(timer)
      resolve()
    })
    const why = 'open' in message ? `; is its folder ${message.open} sound?` : '.'
    child.once('exit', (code) => reject(new Error(`PGlite stopped with code ${code}${why}`)))
    child.once('error', reject)
  })
  child.send(message)
  await done
  for (const event of ['error', 'exit']) child.removeAllListeners(event)
}

function answerAll(waiting: Running['waiting']): void {
  for (const answer of waiting.values()) answer({ error: ENDED })
  waiting.clear()
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null || !child.connected

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
