/**
 * The second half of `npm test`: the shared cases beside all other tests, which wait now and then. What the cases came to is
 * printed last.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const run = (program: string, args: readonly string[], output: 'inherit' | 'pipe') =>
  spawn(process.execPath, [at(program), ...args], { stdio: ['ignore', output, output] })

// files in public/ that change would start a worker again that is being asked
await codeOf(run('local/assets.ts', [], 'inherit'))
const conformance = run('test/conformance/run.ts', [], 'pipe')
const printed: Buffer[] = []
for (const stream of [conformance.stdout, conformance.stderr])
  stream?.on('data', (chunk: Buffer) => void printed.push(chunk))
const tests = run('node_modules/vitest/vitest.mjs', ['run'], 'inherit')

const [ofTests, ofCases] = await Promise.all([tests, conformance].map(codeOf))
process.stdout.write(Buffer.concat(printed))
process.exitCode = ofTests || ofCases

async function codeOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'close')
  return code ?? 1
}
