/** `npm run architecture`: draws the folders in docs/architecture.md anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { withPicture } from './folders.ts'
import { ROOT, readModules } from './modules.ts'

const file = resolve(ROOT, 'docs/architecture.md')
writeFileSync(file, withPicture(readFileSync(file, 'utf8'), readModules('lib', 'functions')))
