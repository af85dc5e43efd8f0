/** `wrangler deploy` from a fresh clone is complete: the worker, and every file that it serves. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** What git would check out, with the dependencies of this checkout. */
async function clone(to: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, maxBuffer: 1e8 })
  for (const file of stdout.split('\0').filter(Boolean)) {
    if (!(await stat(join(ROOT, file)).catch(() => undefined))) continue
    await mkdir(dirname(join(to, file)), { recursive: true })
    await cp(join(ROOT, file), join(to, file))
  }
  await symlink(join(ROOT, 'node_modules'), join(to, 'node_modules'))
}

const FILES = [
  'docs/index.html',
  'docs/library/swagger-ui-bundle.js',
  'docs/library/swagger-ui.css',
  'static/array.js',
  'openapi.json',
  'migrations.json',
]

test('a dry run from a fresh clone holds the assets', async () => {
  const { folder, remove } = await temporaryFolder()
  await clone(folder)
  const wrangler = join(folder, 'node_modules/wrangler/bin/wrangler.js')
  const { stdout } = await run(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', 'out'], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', NO_COLOR: '1' },
  })
  expect((await readdir(join(folder, 'out'))).filter((name) => name.endsWith('.js'))).toEqual(['index.js'])
  for (const file of FILES) expect((await stat(join(folder, 'public', file))).size, file).toBeGreaterThan(100)
  const { paths } = JSON.parse(await readFile(join(folder, 'public/openapi.json'), 'utf8'))
  expect(Object.keys(paths)).toContain('/api/projects/{project_id}/insights/')
  for (const name of ['env.PUBLIC_URL', 'env.EDGEHOG_PREFIX', 'env.STATEMENT_TIMEOUT_MS', 'env.ASSETS'])
    expect(stdout).toContain(name)
  await remove()
})

test('the environment for staging has every variable and secret, since it inherits none', async () => {
  const text = await readFile(join(ROOT, 'wrangler.toml'), 'utf8')
  const section = (name: string) => text.split(`\n[${name}]\n`)[1]?.split(/\n\[/)[0] ?? ''
  const names = (name: string) => [...section(name).matchAll(/^(\w+) = /gm)].map((match) => match[1])
  expect(names('env.staging.vars')).toEqual(names('vars'))
  const secrets = (name: string) => [...section(name).matchAll(/"(\w+)"/g)].map((match) => match[1])
  expect(secrets('env.staging.secrets')).toEqual(secrets('secrets'))
  expect(secrets('secrets')).toHaveLength(7)
})
