import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { routes } from '../../functions/routes/index.ts'
import { isScope } from '../../lib/access/scopes.ts'

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

/** The folders of lib in their order: each may import itself, those before it and lib/core. */
const ORDER = [
  'core',
  'tree',
  'catalog',
  'hogql',
  'nodes',
  'plan',
  'logical',
  'engines',
  'shape',
  'render',
  'access',
  'ports',
  'store',
  'records',
  'ingest',
  'refresh',
  'resources',
]

/** `answer-query.ts` is the pipeline over the stages up to `shape`; `services.ts` makes the clients. */
const PLACE = new Map<string, number>(ORDER.map((name, index) => [`lib/${name}`, index]))
PLACE.set('lib/answer-query.ts', ORDER.indexOf('store') + 0.5)
PLACE.set('lib/services.ts', ORDER.indexOf('store') + 0.5)
const placeOf = (file: string) => PLACE.get(/^lib\/[^/]+/.exec(file)?.[0] ?? '') ?? Number.POSITIVE_INFINITY

test('every folder of lib has its place, and no import runs up', () => {
  const known = files('lib').filter((file) => placeOf(file) === Number.POSITIVE_INFINITY)
  expect(known, 'without a place').toEqual([])
  const upwards = files('lib').flatMap((file) =>
    imports(file)
      .filter((path) => placeOf(path) > placeOf(file))
      .map((path) => `${file} imports ${path}`),
  )
  expect(upwards).toEqual([])
})

test('the services alone choose an engine', () => {
  const naming = files('lib')
    .filter((file) => !file.startsWith('lib/engines/'))
    .filter((file) => imports(file).some((path) => /^lib\/engines\/[^/]+\//.test(path)))
  // metadata stands on the same connection
  expect(naming).toEqual(['lib/services.ts', 'lib/store/metadata.ts'])
})

test('below the services nothing looks at the clock, the settings or the network', () => {
  const pure = files('lib').filter((file) => /^lib\/(?!services|core\/env)/.test(file))
  const wrong = pure.filter((file) =>
    /Date\.now\(\)|new Date\(\)|process\.env|\bfetch\(/.test(readFileSync(resolve(ROOT, file), 'utf8')),
  )
  expect(wrong).toEqual([])
})

test('SQL is in lib/engines, lib/store and the calls of capture', () => {
  const wrong = files('lib')
    .filter((file) => !/^lib\/(engines|store|ingest\/(write|backlog))/.test(file))
    .filter((file) => /['"`]\s*select\s+[\w*$(]|from 'drizzle-orm'/i.test(readFileSync(resolve(ROOT, file), 'utf8')))
  expect(wrong).toEqual([])
})

test('a route that changes something needs a scope that writes', () => {
  // what these compute is stored nowhere; to have looked at an insight, or not to wait for it, is no change of it
  const computing = /\/(query|query\/:query_id|insights\/(trend|funnel|funnel\/correlation|cancel|timing)|viewed)$/
  const weak = routes.filter(
    ({ method, path, scope }) => method !== 'get' && scope.endsWith(':read') && !computing.test(path),
  )
  expect(weak.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  const any = routes.filter(({ scope }) => scope === 'any').map(({ method, path }) => `${method} ${path}`)
  expect(any).toEqual(['get /api/users/@me', 'get /api/personal_api_keys/@current'])
})

test('what a key has computed counts for the key', () => {
  const wrong = files('functions/routes').filter((file) => {
    // who calls without a key has a limit of another kind
    const text = readFileSync(resolve(ROOT, file), 'utf8').replace(/scope: 'public'[^}]*computes: true/g, '')
    return text.includes('computes: true') && !/limiterOf\(|personPage\(|runQuery\(/.test(text)
  })
  expect(wrong).toEqual([])
})

test('every route has a scope that a key can have, and every path is written once', () => {
  const isDeclared = (scope: string) => scope === 'public' || scope === 'any' || (scope !== '*' && isScope(scope))
  const without = routes.filter((route) => !isDeclared(route.scope ?? ''))
  expect(without.map(({ method, path, scope }) => `${method} ${path}: ${scope}`)).toEqual([])
  const names = routes.map((route) => `${route.method} ${route.path}`)
  expect(new Set(names).size).toBe(names.length)
  const open = routes.filter((route) => route.scope === 'public' && route.path.startsWith('/api/'))
  expect(open.map((route) => route.path)).toEqual([
    '/api/refresh_hooks/:token',
    '/api/qstash/run',
    '/api/qstash/failed',
    '/api/qstash/cohort',
    '/api/qstash/cohort_failed',
    '/api/schema',
  ])
})
