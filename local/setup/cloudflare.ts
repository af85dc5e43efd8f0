/** The part of a deployment that wrangler does. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail } from '../deployment.ts'
import { SECRETS } from './settings.ts'

const WRANGLER = fileURLToPath(new URL('../../node_modules/wrangler/bin/wrangler.js', import.meta.url))

interface Target {
  /** Of `wrangler.toml`; the one without a name unless given. */
  readonly env: string | undefined
  /** A script in wrangler's place. */
  readonly wrangler: string | undefined
}

/** Gives the worker its secrets, and deploys it. Returns the addresses that wrangler names. */
export async function deploy(target: Target, publicUrl: string | undefined): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'edgehog-'))
  const output = join(folder, 'wrangler.ndjson')
  try {
    const secrets = Object.fromEntries(Object.keys(SECRETS).map((name) => [name, process.env[name]]))
    // on its standard input: they are never in a file or on a command line
    await run(target, ['secret', 'bulk'], JSON.stringify(secrets))
    await run(target, ['deploy', ...(publicUrl ? ['--var', `PUBLIC_URL:${publicUrl}`] : [])], undefined, {
      WRANGLER_OUTPUT_FILE_PATH: output,
    })
    return targetsOf(await readFile(output, 'utf8').catch(() => ''))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The addresses in the lines of JSON that wrangler writes about a deployment. */
function targetsOf(text: string): string[] {
  const entries = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; targets?: string[] })
  const targets = entries.findLast(({ type }) => type === 'deploy')?.targets ?? []
  return targets
    .flatMap((target) => /^(?:https?:\/\/)?[\w.-]+(?::\d+)?(?=$| \()/.exec(target) ?? [])
    .map((target) => (target.includes('://') ? target : `https://${target}`))
}

async function run({ env, wrangler = WRANGLER }: Target, words: readonly string[], input?: string, more: object = {}) {
  // the environment's own values shall not be taken for those of a file
  const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !Object.hasOwn(SECRETS, name)))
  const child = spawn(process.execPath, [wrangler, ...words, '--env', env ?? ''], {
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    env: { ...variables, WRANGLER_SEND_METRICS: 'false', ...more },
  })
  child.stdin?.end(input)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) fail(`\`wrangler ${words.join(' ')}\` failed; its own words are above. Then run this again.`)
}
