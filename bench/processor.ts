import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Of /proc: clock ticks a second, on every Linux of today. */
const TICKS = 100

/** Processor time of a process and all below it, in milliseconds; undefined where there is no /proc. */
export function processorTime(pid: number): number | undefined {
  const all = readProcesses()
  if (!all) return undefined
  const open = [pid]
  let ticks = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    ticks += all.get(next)?.ticks ?? 0
    for (const [id, { parent }] of all) if (parent === next) open.push(id)
  }
  return (ticks * 1_000) / TICKS
}

function readProcesses(): Map<number, { parent: number; ticks: number }> | undefined {
  const all = new Map<number, { parent: number; ticks: number }>()
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const fields = readStat(name)
      // fields 4, 14 and 15 of proc(5)
      if (fields) all.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) })
    }
    return all
  } catch {
    return undefined
  }
}

/** The fields after the name, which may hold anything; undefined for a process that has just ended. */
function readStat(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
  } catch {
    return undefined
  }
}

/** Milliseconds that one process had a core, which others' load does not move; time on the wall where it cannot be read. */
export function processClock(pid: number): () => number {
  const file = `/proc/${pid}/schedstat`
  if (!existsSync(file)) return () => performance.now()
  return () => Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6
}
