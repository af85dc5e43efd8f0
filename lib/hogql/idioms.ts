/**
 * Functions of the tree that HogQL has no name for, and the expressions that it has in their place. The engine that prints
 * HogQL fills them in (`idiom`), the binder knows them again (`matchIdiom`). Names that are parameters match anything.
 */
import type { SqlFunction } from '../tree/functions.ts'
import { desugar } from './desugar.ts'
import { parseExpression } from './parse/expressions.ts'
import type { ValueType } from './rules.ts'
import type { PlainAst } from './syntax.ts'

interface Idiom {
  readonly takes: Readonly<Record<string, ValueType>>
  readonly gives: ValueType
  readonly text: string
}

const IDIOMS: Partial<Record<SqlFunction, Idiom>> = {
  secondsBetween: {
    takes: { a: 'instant', b: 'instant' },
    gives: 'float',
    text: `dateDiff('microsecond', a, b) / 1000000`,
  },
  epoch: { takes: { a: 'instant' }, gives: 'float', text: 'toUnixTimestamp64Micro(a) / 1000000' },
  trimUrl: { takes: { url: 'text' }, gives: 'text', text: `coalesce(nullIf(rtrim(url, '/?#'), ''), '/')` },
  textsJson: {
    takes: { list: 'texts', none: 'text' },
    gives: 'text',
    text: `toJSONString(arrayMap(part -> if(part = '', none, part), list))`,
  },
  bucketIndex: {
    takes: { a: 'instant', starts: 'instants' },
    gives: 'float',
    text: 'arrayCount(start -> start <= a, starts) - 1',
  },
  bucketIndexes: {
    takes: { a: 'instant', starts: 'instants', ends: 'instants' },
    gives: 'float',
    text: 'arrayJoin(arrayFilter(i -> starts[i + 1] <= a and a < ends[i + 1], range(length(starts))))',
  },
  hasBit: { takes: { mask: 'int', bit: 'int' }, gives: 'boolean', text: 'bitAnd(mask, bit) != 0' },
  // the arguments are named so that each is written once
  bin: {
    takes: { number: 'float', lowest: 'float', highest: 'float', bins: 'int' },
    gives: 'text',
    text:
      `arrayMap((x, low, high) -> arrayMap(i -> if(x is null, null, concat('[', toString(low + i * (high - low) / bins), ` +
      `',', toString(if(high = low or i = bins - 1, high + 0.01, low + (i + 1) * (high - low) / bins)), ']')), ` +
      `[if(high = low, 0, least(floor((x - low) / ((high - low) / bins)), bins - 1))])[1], ` +
      `[number], [lowest], [highest])[1]`,
  },
}

interface Template {
  readonly fn: SqlFunction
  readonly parameters: readonly (readonly [name: string, type: ValueType])[]
  readonly gives: ValueType
  readonly ast: PlainAst
}

let parsed: readonly Template[] | undefined

/** Parsed when the first text with a call is bound or printed. */
function templates(): readonly Template[] {
  parsed ??= (Object.keys(IDIOMS) as SqlFunction[]).flatMap((fn) => {
    const found = IDIOMS[fn]
    if (!found) return []
    const { takes, gives, text } = found
    return [{ fn, parameters: Object.entries(takes), gives, ast: desugar(parseExpression(text, 'idiom')) }]
  })
  return parsed
}

/** The expression for a function with its arguments; undefined if it has a name of its own. */
export function idiom(fn: SqlFunction, args: readonly PlainAst[]): PlainAst | undefined {
  const template = templates().find((each) => each.fn === fn)
  if (!template) return undefined
  const values = new Map(template.parameters.map(([name], index) => [name, args[index] as PlainAst]))
  return substitute(template.ast, values)
}

export interface FoundIdiom {
  readonly fn: SqlFunction
  readonly gives: ValueType
  readonly args: readonly { readonly ast: PlainAst; readonly type: ValueType }[]
}

/** The function that an expression stands for, if it is an idiom. */
export function matchIdiom(ast: PlainAst): FoundIdiom | undefined {
  if (ast.kind !== 'call') return undefined
  for (const { fn, parameters, gives, ast: template } of templates()) {
    if (template.kind !== 'call' || template.name !== ast.name) continue
    const found = new Map<string, PlainAst>()
    const names = new Set(parameters.map(([name]) => name))
    if (matches(template, ast, names, found))
      return { fn, gives, args: parameters.map(([name, type]) => ({ ast: found.get(name) as PlainAst, type })) }
  }
  return undefined
}

function substitute(ast: PlainAst, values: ReadonlyMap<string, PlainAst>): PlainAst {
  const inside = (part: PlainAst) => substitute(part, values)
  switch (ast.kind) {
    case 'field':
      return (ast.chain.length === 1 && values.get(ast.chain[0] ?? '')) || ast
    case 'list':
      return { ...ast, items: ast.items.map(inside) }
    case 'call':
      return { ...ast, args: ast.args.map(inside), params: ast.params.map(inside) }
    case 'lambda':
      return { ...ast, body: inside(ast.body) }
    default:
      return ast
  }
}

function matches(template: PlainAst, ast: PlainAst, names: ReadonlySet<string>, found: Map<string, PlainAst>): boolean {
  const [name = '', ...more] = template.kind === 'field' ? template.chain : []
  if (template.kind === 'field' && more.length === 0 && names.has(name)) {
    const before = found.get(name)
    if (!before) found.set(name, ast)
    return before === undefined || isSame(before, ast)
  }
  if (template.kind === 'call' && ast.kind === 'call')
    return (
      template.name === ast.name &&
      !ast.over &&
      !ast.distinct &&
      all(template.args, ast.args, names, found) &&
      all(template.params, ast.params, names, found)
    )
  if (template.kind === 'list' && ast.kind === 'list')
    return template.brackets === ast.brackets && all(template.items, ast.items, names, found)
  if (template.kind === 'lambda' && ast.kind === 'lambda')
    return template.names.join() === ast.names.join() && matches(template.body, ast.body, names, found)
  return isSame(template, ast)
}

const all = (
  templates: readonly PlainAst[],
  asts: readonly PlainAst[],
  names: ReadonlySet<string>,
  found: Map<string, PlainAst>,
): boolean =>
  templates.length === asts.length && templates.every((each, i) => matches(each, asts[i] as PlainAst, names, found))

/** Are two expressions the same text, wherever they stand? */
export const isSame = (a: PlainAst, b: PlainAst): boolean => a === b || textOf(a) === textOf(b)
const textOf = (ast: PlainAst): string => JSON.stringify(ast, (key, value) => (key === 'at' ? undefined : value))
