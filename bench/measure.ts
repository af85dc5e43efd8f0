export interface Contestant {
  readonly name: string
  run(): Promise<unknown>
}

/** Medians in milliseconds of interleaved rounds, after a warm-up of each, by the clock that is given. */
export async function medians(
  contestants: readonly Contestant[],
  rounds: number,
  clock: () => number = () => performance.now(),
): Promise<number[]> {
  const times: number[][] = contestants.map(() => [])
  for (const { run } of contestants) await run()
  for (let round = 0; round < rounds; round++)
    for (const [index, { run }] of contestants.entries()) {
      const start = clock()
      await run()
      times[index]?.push(clock() - start)
    }
  return times.map(median)
}

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** `| a | b |` with numbers rounded. */
export const tableRow = (...cells: (string | number)[]) =>
  `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell)).join(' | ')} |`
