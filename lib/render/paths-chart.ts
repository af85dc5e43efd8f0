import { cut } from '../core/text.ts'
import type { PathsEdge, PathsResult } from '../shape/paths.ts'
import type { FlowLink, FlowNode, Shown } from './chart.ts'
import { formatSeconds, NUMBERS } from './format.ts'
import { pathItem } from './names.ts'
import { makeTable } from './table.ts'
import { listing } from './trends-chart.ts'

/** The largest number of links in a drawing; the table has all of them. */
const MAX_LINKS = 100
/** Items that have a colour of their own; the others share the last one. */
const MAX_COLORS = 10

/** Paths -> a flow from step to step. */
export function showPaths({ results }: PathsResult): Shown {
  const rows = results.map(({ source, target, value, average_conversion_time: time }) => {
    const [from, to] = [pathItem(source), pathItem(target)]
    return [`${from.step} → ${to.step}`, from.name, to.name, NUMBERS.full(value), timeText(time)]
  })
  const table = makeTable(['Steps', 'From', 'To', 'Times', 'Average time'], rows)
  if (results.length === 0)
    return {
      chart: { kind: 'empty', message: 'Nobody went from one step to another in this range.' },
      table,
      summary: '',
    }
  const edges = connected(results.slice(0, MAX_LINKS))
  const nodes = nodesOf(edges)
  const links = edges.map(({ source, target, value, average_conversion_time: time }): FlowLink => {
    const all = edges.reduce((sum, edge) => sum + (edge.source === source ? edge.value : 0), 0)
    const share = NUMBERS.full(Math.round((100 * value) / all))
    return { source, target, value, note: `${share}% of those who went on · ${timeText(time)} on average` }
  })
  const shortened = new Map(nodes.map(({ id, name }) => [id, name]))
  const named = edges.map(({ source, target, value }) => ({
    name: `${cut(shortened.get(source) ?? source, 28)} → ${cut(shortened.get(target) ?? target, 28)}`,
    value,
  }))
  return { chart: { kind: 'flow', nodes, links }, table, summary: listing(named, NUMBERS) }
}

const timeText = (milliseconds: number) => formatSeconds(milliseconds / 1000)

/** The edges that a first step leads to. */
function connected(edges: readonly PathsEdge[]): PathsEdge[] {
  const reached = new Set<string>()
  const inOrder = edges.toSorted((a, b) => pathItem(a.source).step - pathItem(b.source).step)
  return inOrder.filter(({ source, target }) => {
    if (pathItem(source).step > 1 && !reached.has(source)) return false
    reached.add(target)
    return true
  })
}

/** The ends of edges. An item has the same colour in every step; those that people pass most often have their own. */
function nodesOf(edges: readonly PathsEdge[]): FlowNode[] {
  const ends = [...new Set(edges.flatMap(({ source, target }) => [source, target]))]
  const weights = new Map<string, number>()
  for (const { source, target, value } of edges)
    for (const { name } of [pathItem(source), pathItem(target)]) weights.set(name, (weights.get(name) ?? 0) + value)
  const ranked = [...weights].sort(([, a], [, b]) => b - a).map(([name]) => name)
  const colors = new Map(ranked.map((name, rank) => [name, Math.min(rank, MAX_COLORS)]))
  const items = ends.map((id) => ({ id, ...pathItem(id) }))
  const shorten = shortener(items.map(({ name }) => name))
  return items.map(({ id, step, name }) => ({
    id,
    step: step - 1,
    name: shorten(name),
    fullName: name,
    color: colors.get(name) ?? MAX_COLORS,
  }))
}

const WEB = /^https?:\/\/([^/?#]+)(.*)$/s

/** Shortens URLs to their path; to host and path if the items are of several hosts. */
function shortener(names: readonly string[]): (name: string) => string {
  const hosts = new Set(names.flatMap((name) => WEB.exec(name)?.[1] ?? []))
  return (name) => {
    const [, host, path] = WEB.exec(name) ?? []
    if (host === undefined || path === undefined) return name
    return hosts.size > 1 ? host + path : path || '/'
  }
}
