/** The modules of this repository with what they import and export, read from their text. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Module {
  /** Path from the root, such as `lib/core/ids.ts`. */
  readonly file: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
}

export interface Import {
  /** Path from the root of a module of ours. */
  readonly file: string
  /** Names as the other module exports them; `*` stands for all of them. */
  readonly names: readonly string[]
}

export interface Export {
  readonly name: string
  readonly isType: boolean
}

const IMPORT = /^(?:import|export)\s+(?:type\s+)?([^'";=]*?)\s*(?:from\s+)?'(\.[^']+)'/gm
const DYNAMIC_IMPORT = /\bimport\('(\.[^']+)'\)/g
const EXPORT = /^export (?:abstract |async )?(function\*?|class|const|let|type|interface|enum) (\w+)/gm

/** All TypeScript modules below these folders. */
export function readModules(...folders: readonly string[]): Module[] {
  return folders.flatMap((folder) =>
    readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => readModule(`${folder}/${name}`)),
  )
}

function readModule(file: string): Module {
  const text = readFileSync(resolve(ROOT, file), 'utf8')
  const toFile = (path: string) => relative(ROOT, resolve(ROOT, dirname(file), path))
  const imports = [
    ...[...text.matchAll(IMPORT)].map(([, names = '', path = '']) => ({
      file: toFile(path),
      names: importedNames(names),
    })),
    ...[...text.matchAll(DYNAMIC_IMPORT)].map(([, path = '']) => ({ file: toFile(path), names: ['*'] })),
  ]
  const exports = [...text.matchAll(EXPORT)].map(([, kind = '', name = '']) => ({
    name,
    isType: kind === 'type' || kind === 'interface',
  }))
  return { file, text, lines: text.split('\n').length - 1, imports, exports }
}

/** `{ a, type B, c as d }` are a, B and c; a default import is `default`. */
function importedNames(clause: string): string[] {
  if (clause.includes('*')) return ['*']
  const [, list] = /\{([^}]*)\}/.exec(clause) ?? []
  if (list === undefined) return clause === '' ? [] : ['default']
  return list
    .split(',')
    .map(
      (item) =>
        item
          .trim()
          .replace(/^type\s+/, '')
          .split(' as ')[0] ?? '',
    )
    .filter((name) => name !== '')
}

/** Groups of files that import each other in a circle, each in the order of its names. */
export function importCircles(modules: readonly Module[]): string[][] {
  const targets = new Map(modules.map(({ file, imports }) => [file, imports.map((item) => item.file)]))
  const reached = new Map(modules.map(({ file }) => [file, reachable(file, targets)]))
  const circles = new Set<string>()
  for (const { file } of modules) {
    const circle = [...(reached.get(file) ?? [])].filter((other) => reached.get(other)?.has(file))
    if (circle.length > 0) circles.add(JSON.stringify(circle.sort()))
  }
  return [...circles].sort().map((text) => JSON.parse(text))
}

/** Everything that a node leads to; itself only by a circle. */
export function reachable(from: string, targets: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>()
  const open = [...(targets.get(from) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(targets.get(next) ?? []))
  }
  return found
}
