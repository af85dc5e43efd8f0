/** The picture of the folders of lib and functions in docs/architecture.md, drawn from the imports. */
import { type Module, reachable } from './modules.ts'

const START = '<!-- folders: `npm run architecture` draws this -->'
const END = '<!-- end of folders -->'

/** The document with the picture between its two markers. Throws if it lacks them. */
export function withPicture(document: string, modules: readonly Module[]): string {
  const [before, rest] = document.split(START)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`The document lacks ${START} and ${END}.`)
  return `${before}${START}\n\n${folderPicture(modules)}\n${END}${after}`
}

/**
 * A mermaid diagram: an arrow leads from a folder to one that it imports. Left out are lib/core, which nearly all
 * import, and arrows to a folder that is reached on a longer way too.
 */
function folderPicture(modules: readonly Module[]): string {
  const targets = new Map<string, string[]>()
  for (const { file, imports } of modules) {
    const from = folderOf(file)
    if (from === 'lib/core') continue
    const own = targets.get(from) ?? []
    targets.set(from, own)
    for (const to of imports.map((item) => folderOf(item.file)))
      if (to !== from && to !== 'lib/core' && !own.includes(to)) own.push(to)
  }
  const folders = [...targets.keys()].sort()
  const arrows = folders.flatMap((from) => {
    const own = targets.get(from) ?? []
    const isDirect = (to: string) => !own.some((other) => other !== to && reachable(other, targets).has(to))
    return own
      .filter(isDirect)
      .sort()
      .map((to) => `  ${nameOf(from)} --> ${nameOf(to)}`)
  })
  const boxes = folders.map((folder) => `  ${nameOf(folder)}["${folder}"]`)
  return ['```mermaid', 'flowchart TD', ...boxes, ...arrows, '```', ''].join('\n')
}

/** `lib/plan` of `lib/plan/dates.ts`; a file directly in lib stands for itself, and functions is one box. */
function folderOf(file: string): string {
  const [top = '', next = ''] = file.split('/')
  return top === 'lib' ? `lib/${next}` : top
}

const nameOf = (folder: string) => folder.replace(/^lib\//, '').replace(/\.ts$/, '')
