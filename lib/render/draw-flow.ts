/** Flows between steps. */

import { type SankeyLink, type SankeyNode, sankey, sankeyLeft } from 'd3-sankey'
import { linkHorizontal } from 'd3-shape'
import { cut } from '../core/text.ts'
import type { FlowChart, FlowLink, FlowNode } from './chart.ts'
import { type Box, type Drawing, fitting, px } from './drawing.ts'
import { NUMBERS } from './format.ts'
import { type Markup, markup } from './markup.ts'

type Node = SankeyNode<FlowNode, LinkData>
type Link = SankeyLink<FlowNode, LinkData>
type LinkData = Pick<FlowLink, 'note'>

const HEAD = 26
const NODE = 10
/** Room for the two lines of a label. */
const PADDING = 26
/** The least width of a step, so that its labels can be read. */
const STEP = 148

/** A flow as SVG: a column for each step, bands as wide as their values. It is wider than `box` if it has many steps. */
export function drawFlow({ nodes, links }: FlowChart, box: Box): Drawing {
  const steps = [...Map.groupBy(nodes, ({ step }) => step).values()]
  const width = Math.max(box.width, steps.length * STEP)
  const most = Math.max(...steps.map((list) => list.length))
  const [least, roomy] = [HEAD + most * (PADDING + 16), HEAD + most * 90]
  const height = Math.max(least, Math.min(box.height, roomy), 140)
  const step = (width - NODE) / steps.length
  const graph = sankey<FlowNode, LinkData>()
    .nodeId(({ id }) => id)
    .nodeAlign(sankeyLeft)
    .nodeWidth(NODE)
    .nodePadding(PADDING)
    .extent([
      [0, HEAD + 4],
      [px(step * (steps.length - 1) + NODE), height - 14],
    ])({ nodes: nodes.map((node) => ({ ...node })), links: links.map((link) => ({ ...link })) })
  const heads = steps.map((_, index) => markup`<text class="m" x="${px(step * index)}" y="14">Step ${index + 1}</text>`)
  const labels = graph.nodes.map((node) => drawNode(node, step))
  return { body: markup`${heads}${graph.links.map(drawLink)}${labels}`, width, height }
}

const band = linkHorizontal<Link, readonly [number, number]>()
  .source(({ source, y0 = 0 }) => [px((source as Node).x1 ?? 0), px(y0)])
  .target(({ target, y1 = 0 }) => [px((target as Node).x0 ?? 0), px(y1)])
  .x(([x]) => x)
  .y(([, y]) => y)

function drawLink(link: Link): Markup {
  const [source, target] = [link.source as Node, link.target as Node]
  const share = NUMBERS.full(link.value)
  const tip = `${source.fullName} → ${target.fullName}\n${share} · ${link.note}`
  return markup`<path class="link l${source.color}" d="${band(link) ?? ''}" stroke-width="${px(Math.max(1, link.width ?? 0))}"><title>${tip}</title></path>`
}

function drawNode(node: Node, step: number): Markup {
  const { x0 = 0, y0 = 0, y1 = 0, value = 0, name, fullName, color, sourceLinks = [], targetLinks = [] } = node
  const [came, left] = [targetLinks, sourceLinks].map((list) => list.reduce((sum, link) => sum + link.value, 0))
  const tip = [
    fullName,
    ...(came ? [`${NUMBERS.full(came)} came from the step before`] : []),
    ...(left ? [`${NUMBERS.full(left)} went on`] : []),
  ].join('\n')
  const [top, x] = [Math.max(px((y0 + y1) / 2) - 2, 0), px(x0 + NODE + 6)]
  return markup`<g><title>${tip}</title><rect class="f${color}" x="${px(x0)}" y="${px(y0)}" width="${NODE}" height="${px(Math.max(1.5, y1 - y0))}" rx="2"/><text class="t halo" x="${x}" y="${top}">${cut(name, fitting(step - NODE - 12))}</text><text class="m halo" x="${x}" y="${top + 14}" font-size="11">${NUMBERS.full(value)}</text></g>`
}
