/** The library of the page `/docs`, copied to where wrangler serves files from. */
import { copyFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIBRARY = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const TARGET = fileURLToPath(new URL('../public/docs/library', import.meta.url))

export async function copyDocsLibrary(): Promise<void> {
  await mkdir(TARGET, { recursive: true })
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE'])
    await copyFile(join(LIBRARY, file), join(TARGET, file))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await copyDocsLibrary()
