import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { routes } from '../../functions/routes/index.ts'
import { isScope } from '../../lib/access/scopes.ts'
import { withPicture } from '../../scripts/folders.ts'
import { importCircles, ROOT, readModules } from '../../scripts/modules.ts'

const MODULES = readModules('functions', 'lib', 'local', 'scripts', 'bench', 'test')
const inFolder = (...folders: readonly string[]) =>
  MODULES.filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)))
const LIB = inFolder('lib')
const ROUTES = inFolder('functions/routes')
const document = (name: string) => readFileSync(resolve(ROOT, 'docs', name), 'utf8')

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
  const unknown = LIB.filter(({ file }) => placeOf(file) === Number.POSITIVE_INFINITY)
  expect(unknown.map(({ file }) => file)).toEqual([])
  const upwards = LIB.flatMap(({ file, imports }) =>
    imports.filter((to) => placeOf(to.file) > placeOf(file)).map((to) => `${file} imports ${to.file}`),
  )
  expect(upwards).toEqual([])
})

test('the services alone choose an engine', () => {
  const naming = LIB.filter(
    ({ file, imports }) =>
      !file.startsWith('lib/engines/') && imports.some((to) => /^lib\/engines\/[^/]+\//.test(to.file)),
  )
  // metadata stands on the same connection
  expect(naming.map(({ file }) => file)).toEqual(['lib/services.ts', 'lib/store/metadata.ts'])
})

test('below the services nothing looks at the clock, the settings or the network', () => {
  const wrong = LIB.filter(({ file }) => /^lib\/(?!services|core\/env)/.test(file)).filter(({ text }) =>
    /Date\.now\(\)|new Date\(\)|process\.env|\bfetch\(/.test(text),
  )
  expect(wrong.map(({ file }) => file)).toEqual([])
})

test('SQL is in lib/engines, lib/store and the calls of capture', () => {
  const wrong = LIB.filter(({ file }) => !/^lib\/(engines|store|ingest\/(write|backlog))/.test(file)).filter(
    ({ text }) => /['"`]\s*select\s+[\w*$(]|from 'drizzle-orm'/.test(text),
  )
  expect(wrong.map(({ file }) => file)).toEqual([])
})

test('a route that changes something needs a scope that writes', () => {
  // what these compute is stored nowhere; to have looked at an insight, or not to wait for it, is no change of it
  const computing =
    /\/(query|query\/:query_id|insights\/(trend|funnel|funnel\/correlation|retention|path|cancel|timing)|viewed)$/
  const weak = routes.filter(
    ({ method, path, scope }) => method !== 'get' && scope.endsWith(':read') && !computing.test(path),
  )
  expect(weak.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  const any = routes.filter(({ scope }) => scope === 'any').map(({ method, path }) => `${method} ${path}`)
  expect(any).toEqual(['get /api/users/@me', 'get /api/personal_api_keys/@current'])
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
    '/api/qstash/turn',
    '/api/qstash/turn_failed',
    '/api/schema',
  ])
})

test('the picture of the folders is that of the imports', () => {
  const text = document('architecture.md')
  expect(text, 'run `npm run architecture`').toBe(withPicture(text, inFolder('lib', 'functions')))
})

test('no files import each other in a circle', () => {
  expectOnly(
    importCircles(MODULES).map((circle) => circle.join(', ')),
    ['lib/tree/expr.ts, lib/tree/relation.ts'],
  )
})

test('whatever is exported is imported by another file, and what the worker exports not by tests alone', () => {
  const importers = (file: string, name: string) =>
    MODULES.filter(({ imports }) =>
      imports.some((item) => item.file === file && (item.names.includes(name) || item.names.includes('*'))),
    )
  const unused = MODULES.flatMap(({ file, text, exports }) =>
    exports
      .filter(({ name, isType }) => {
        const by = importers(file, name)
        // a type is public when something public has it
        if (isType) return by.length === 0 && text.split(new RegExp(`\\b${name}\\b`)).length === 2
        return !by.some((importer) => !/^(lib|functions)\//.test(file) || !importer.file.startsWith('test/'))
      })
      .map(({ name }) => `${file}: ${name}`),
  ).filter((name) => !name.startsWith(USED_SOON))
  expectOnly(unused, UNUSED_EXPORTS)
})

/** What functions of SQL are made with. */
const USED_SOON = 'lib/hogql/values.ts: '

/** What tests alone look at, because it cannot be seen from outside. */
const UNUSED_EXPORTS: readonly string[] = [
  'functions/app.ts: canonicalPath',
  // the library of the limiter imports it
  'functions/no-analytics.ts: Analytics',
  'functions/openapi.ts: answersOf',
  'functions/openapi.ts: openApiPath',
  'lib/catalog/schema.ts: schemaOf',
  'lib/engines/postgres/strategy.ts: plainSteps',
  'lib/ingest/read/definitions.ts: propertyType',
  'lib/refresh/limits.ts: SHARE_LIMIT',
]

test('a file of more than 300 lines says in its first comment why it is one file', () => {
  const long = MODULES.filter(
    ({ lines, text }) => lines > 300 && !/^\/[/*](?:(?!\*\/)[\s\S])*?\bone file\b/i.test(text),
  )
  expectOnly(
    long.map(({ file }) => file),
    LONG_FILES,
  )
})

const LONG_FILES: readonly string[] = ['lib/engines/postgres/print.ts']

test('no function of a route has more than 25 lines', () => {
  const long = ROUTES.flatMap(({ file, text }) =>
    [...text.matchAll(/^( *)(?:handler: |export |async |function |const \w+ = ).*[{(]\n[\s\S]*?^\1[})]/gm)]
      .filter(([block]) => block.split('\n').length > 25)
      .map(([block]) => `${file}: ${/(?:function|const) (\w+)/.exec(block)?.[1] ?? 'handler'}`),
  )
  expectOnly(
    long.filter((name) => !name.endsWith('Routes')),
    LONG_HANDLERS,
  )
})

const LONG_HANDLERS: readonly string[] = []

test('documents that comments refer to are there, with the section', () => {
  const broken = MODULES.filter(({ file }) => !file.endsWith('architecture.test.ts')).flatMap(({ file, text }) =>
    [...text.matchAll(/docs\/([\w-]+\.md)(?: (\d+(?:\.\d+)*|\([a-z]\)|"[^"]+"))?/g)]
      .filter(([, name = '', section]) => !hasSection(name, section))
      .map(([reference]) => `${file}: ${reference}`),
  )
  expectOnly(broken, BROKEN_REFERENCES)
})

const BROKEN_REFERENCES: readonly string[] = []

/** `3` is `## 3. ...`, `6.3` is `### 6.3 ...`, `(a)` is `## (a) ...`, and `"Refresh"` is `## Refresh`. */
function hasSection(name: string, section: string | undefined): boolean {
  if (!existsSync(resolve(ROOT, 'docs', name))) return false
  if (section === undefined) return true
  const title = section.replaceAll('"', '')
  const headings = [...document(name).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return headings.some((heading) => [title, `${title}.`, `${title} `].some((start) => `${heading} `.startsWith(start)))
}

test('settings of tools name files that are there', () => {
  const named = ['biome.json', 'tsconfig.json', 'wrangler.toml', 'package.json', 'vitest.config.ts'].flatMap((name) =>
    [...readFileSync(resolve(ROOT, name), 'utf8').matchAll(/[\w./@-]*\/[\w./@-]+\.(?:ts|mjs|js|json)\b/g)].map(
      ([path]) => `${name}: ${path}`,
    ),
  )
  const missing = named.filter((item) => !existsSync(resolve(ROOT, item.split(': ')[1] ?? '')))
  expect(named.length).toBeGreaterThan(5)
  expect(missing).toEqual([])
})

/** The list may only become shorter: whoever mends an offender takes it off. */
function expectOnly(found: readonly string[], known: readonly string[]): void {
  expect([...found].sort()).toEqual([...known].sort())
}
