/**
 * Start-up of the worker: the processor time that workerd needs to compile and evaluate the module, from the profile
 * that `wrangler check startup` takes, without the time that it was idle. A bare worker shows how much of it is the
 * runtime's.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../test/support/temporary.ts'
import { median } from './measure.ts'

export interface StartupResult {
  /** Milliseconds, medians. */
  readonly own: number
  readonly bare: number
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
const ROUNDS = 7

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[]
  /** Of the node that each sample saw, and the microseconds since the one before. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Both workers in turn. */
export async function measureStartup(): Promise<StartupResult> {
  const { folder, remove } = await temporaryFolder()
  const own: number[] = []
  const bare: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      own.push(startOnce(folder, '--minify'))
      bare.push(startOnce(folder, 'bench/bare-worker.ts --minify'))
    }
    return { own: median(own), bare: median(bare) }
  } finally {
    await remove()
  }
}

function startOnce(folder: string, args: string): number {
  const file = join(folder, 'start.cpuprofile')
  execFileSync(process.execPath, [WRANGLER, 'check', 'startup', '--outfile', file, `--args=${args}`], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })
  const { nodes, samples, timeDeltas }: Profile = JSON.parse(readFileSync(file, 'utf8'))
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  const busy = samples.map((id, index) => (idle.has(id) ? 0 : (timeDeltas[index] ?? 0)))
  return busy.reduce((sum, time) => sum + time, 0) / 1_000
}
