import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { routes } from '../../functions/routes/index.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const files = (folder: string): string[] =>
  readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)

/** The modules of ours that a file imports, from the root; `import type` counts too. */
function imports(file: string): string[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8')
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    relative(ROOT, resolve(ROOT, dirname(file), path)),
  )
}

/** The stages of a query, each of which may import itself, those before it and lib/core. */
const STAGES = ['tree', 'hogql', 'nodes', 'plan', 'sql', 'lower', 'print', 'run', 'shape', 'render']

test.each(STAGES)('lib/%s imports only stages before it', (stage) => {
  const allowed = ['core', ...STAGES.slice(0, STAGES.indexOf(stage) + 1)].map((name) => `lib/${name}/`)
  const wrong = files(`lib/${stage}`).flatMap((file) =>
    imports(file)
      .filter((path) => !allowed.some((folder) => path.startsWith(folder)))
      .map((path) => `${file} imports ${path}`),
  )
  expect(wrong).toEqual([])
})

test('lib/core imports nothing of ours, and lib nothing of functions', () => {
  const own = files('lib/core').flatMap((file) => imports(file).filter((path) => !path.startsWith('lib/core/')))
  expect(own).toEqual([])
  const upwards = files('lib').flatMap((file) => imports(file).filter((path) => !path.startsWith('lib/')))
  expect(upwards).toEqual([])
})

test('below the services nothing looks at the clock, the settings or the network', () => {
  const pure = files('lib').filter((file) => /^lib\/(?!services|core\/env)/.test(file))
  const wrong = pure.filter((file) =>
    /Date\.now\(\)|new Date\(\)|process\.env|\bfetch\(/.test(readFileSync(resolve(ROOT, file), 'utf8')),
  )
  expect(wrong).toEqual([])
})

test('SQL is in lib/print, lib/store and the one call of capture', () => {
  const wrong = files('lib')
    .filter((file) => !/^lib\/(print|store|ingest\/write|run)/.test(file))
    .filter((file) => /['"`]\s*select\s+[\w*$(]|from 'drizzle-orm'/i.test(readFileSync(resolve(ROOT, file), 'utf8')))
  expect(wrong).toEqual([])
})

test('every route has a scope, and every path is written once', () => {
  for (const route of routes) expect(route.scope, route.path).toMatch(/^(public|any|[a-z_]+:(read|write))$/)
  const names = routes.map((route) => `${route.method} ${route.path}`)
  expect(new Set(names).size).toBe(names.length)
  const open = routes.filter((route) => route.scope === 'public' && route.path.startsWith('/api/'))
  expect(open.map((route) => route.path)).toEqual([
    '/api/refresh_hooks/:token',
    '/api/qstash/run',
    '/api/qstash/failed',
    '/api/qstash/cohort',
    '/api/qstash/cohort_failed',
  ])
})
