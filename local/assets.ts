/**
 * Fills public/, from where wrangler serves files beside the worker. wrangler runs this before each build.
 *
 * - `migrations.json`, the names of the migrations, against which `/_health` holds those of the database
 * - `openapi.json`, the document of all routes, which `/api/schema/` answers
 * - `embed.js`, the component with which any page shows an insight
 * - the libraries that browsers load, copied from their packages: that of the page `/docs`, and posthog-js for pages with
 *   PostHog's HTML snippet
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { openApiDocument } from '../functions/openapi.ts'
import { routes } from '../functions/routes/index.ts'
import { readMigrations } from './migrations.ts'

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))
const require = createRequire(import.meta.url)

const DOCS = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']

/** The files that an HTML snippet can load. */
const LOADED = ['array.js', 'array.full.js', 'array.full.es5.js', 'array.no-external.js', 'array.full.no-external.js']

/** What these load themselves when a page turns it on; the remote config turns on nothing. */
const LOADED_LATER = [
  'dead-clicks-autocapture.js',
  'surveys.js',
  'exception-autocapture.js',
  'tracing-headers.js',
  'web-vitals.js',
  'web-vitals-soft-navs.js',
  'web-vitals-with-attribution.js',
  'web-vitals-with-attribution-soft-navs.js',
  'crisp-chat-integration.js',
  'intercom-integration.js',
]

await writeOnce('openapi.json', JSON.stringify(openApiDocument(routes)))
await writeOnce('embed.js', await bundle('embed/edgehog-insight.ts'))
await writeOnce('migrations.json', JSON.stringify((await readMigrations()).map(({ name }) => name)))
await copy('swagger-ui-dist', '', DOCS, 'docs/library')
const { version } = JSON.parse(await readFile(require.resolve('posthog-js/package.json'), 'utf8')) as {
  version: string
}
// pages that are strict about versions ask for them in the path
for (const folder of ['static', join('static', version)])
  await copy('posthog-js', 'dist', [...LOADED, ...LOADED_LATER, '../LICENSE'], folder)

async function copy(library: string, from: string, files: readonly string[], to: string): Promise<void> {
  const source = join(dirname(require.resolve(`${library}/package.json`)), from)
  await mkdir(join(PUBLIC, to), { recursive: true })
  for (const file of files) await writeOnce(join(to, file.replace('../', '')), await readFile(join(source, file)))
}

/** A script for browsers, made by the bundler that wrangler brings. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** Another build may read or write the file at the same time: it is there as a whole, always. */
async function writeOnce(name: string, content: string | Buffer): Promise<void> {
  const file = join(PUBLIC, name)
  const bytes = Buffer.from(content)
  if (bytes.equals(await readFile(file).catch(() => Buffer.alloc(0)))) return
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, bytes)
  await rename(unfinished, file)
}
