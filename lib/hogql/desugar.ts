/**
 * Spellings that stand for longer ones -> the longer ones: CASE, BETWEEN, `multiIf`, `count(distinct x)`,
 * `JSONExtract…(properties, 'a')`, names of functions in another case. What is written twice is one object, so that the
 * result is no larger than the text.
 */
import { columnName } from './column-name.ts'
import { hogqlError } from './error.ts'
import {
  type Ast,
  type Between,
  type CallAst,
  type Case,
  callOf,
  type PlainAst,
  type PlainCall,
  type PlainQueryAst,
  type QueryAst,
  type SelectAst,
  type WindowOf,
} from './syntax.ts'
import { type Change, changeParts, changeQuery, changeWindow, partsOf } from './walk-syntax.ts'

/** `attr`: where the text stands, for errors. Throws a 400 `hogql_error` that names the place. */
export const desugar = (ast: Ast, attr = ''): PlainAst => new Desugaring(attr).expression(ast)
export const desugarQuery = (query: QueryAst, attr = ''): PlainQueryAst => new Desugaring(attr).query(query)

/** Of an expression, a part that it holds twice counted twice: so much whoever walks over it has to do. */
const MAX_PARTS = 50_000

type Windows = ReadonlyMap<string, WindowOf<PlainAst>>

class Desugaring implements Change<Ast, PlainAst> {
  readonly #attr: string
  /** What is known by its name in the select that is read. */
  readonly #windows: Windows
  readonly #sizes: WeakMap<PlainAst, number>

  constructor(attr: string, windows: Windows = new Map(), sizes = new WeakMap<PlainAst, number>()) {
    this.#attr = attr
    this.#windows = windows
    this.#sizes = sizes
  }

  readonly query = (query: QueryAst): PlainQueryAst =>
    query.kind === 'union'
      ? changeQuery(query, this)
      : changeQuery({ ...query, columns: query.columns.map(named) }, this.#inside(query))

  /** A window holds no other by its name. */
  #inside({ windows }: SelectAst): Desugaring {
    const alone = new Desugaring(this.#attr, new Map(), this.#sizes)
    const known = new Map(windows.map(({ name, window }) => [name, changeWindow(window, alone)]))
    return new Desugaring(this.#attr, known, this.#sizes)
  }

  readonly expression = (ast: Ast): PlainAst => {
    const made = this.#expression(ast)
    if (this.#sizeOf(made) > MAX_PARTS) throw hogqlError('The expression is too complex.', ast.at, this.#attr)
    return made
  }

  #sizeOf(ast: PlainAst): number {
    const known = this.#sizes.get(ast)
    if (known !== undefined) return known
    const size = partsOf(ast).reduce((sum, part) => sum + this.#sizeOf(part), 1)
    this.#sizes.set(ast, size)
    return size
  }

  #expression(ast: Ast): PlainAst {
    switch (ast.kind) {
      case 'placeholder':
        throw hogqlError(`The placeholder {${ast.chain.join('.')}} has no value.`, ast.at, this.#attr)
      case 'between':
        return between(ast, this.expression)
      case 'case':
        return cases(ast, this.expression)
      case 'call':
        return call(this.#withWindow(ast, changeParts(ast, this) as PlainCall))
      default:
        return changeParts(ast, this)
    }
  }

  /** `over w` */
  #withWindow({ overName: name, at }: CallAst, { overName: _, ...call }: PlainCall): PlainCall {
    if (name === undefined) return call
    const over = this.#windows.get(name)
    if (!over) throw hogqlError(`Unknown window ${name}.`, at, this.#attr)
    return { ...call, over }
  }
}

/** A column without a name is called as it is written. */
const named = (ast: Ast): Ast =>
  ast.kind === 'alias' || ast.kind === 'field' || ast.kind === 'star' || ast.kind === 'list'
    ? ast
    : { kind: 'alias', expr: ast, name: columnName(ast), at: ast.at }

type Read = (ast: Ast) => PlainAst

/** Null is neither between two bounds nor outside of them. */
function between({ expr, low, high, negated, at }: Between, read: Read): PlainAst {
  const of = read(expr)
  const bound = (name: string, limit: Ast) => callOf<PlainAst>(name, at, of, read(limit))
  return negated
    ? callOf<PlainAst>('or', at, bound('less', low), bound('greater', high))
    : callOf<PlainAst>('and', at, bound('greaterOrEquals', low), bound('lessOrEquals', high))
}

function cases({ subject, branches, otherwise, at }: Case, read: Read): PlainAst {
  const of = subject && read(subject)
  return branches.reduceRight<PlainAst>(
    (rest, { when, value }) => {
      const condition = read(when)
      const test = of ? callOf<PlainAst>('equals', when.at, of, condition) : condition
      return callOf<PlainAst>('if', at, test, read(value), rest)
    },
    otherwise ? read(otherwise) : { kind: 'literal', value: null, at },
  )
}

function call(written: PlainCall): PlainAst {
  const named = { ...written, name: canonicalName(written.name) }
  const negative = negativeNumber(named)
  if (negative) return negative
  return [distinctCount, multiIf].reduce((of, rewrite) => rewrite(of) ?? of, named)
}

/** `-1` */
function negativeNumber({ name, args: [of], at }: PlainCall): PlainAst | undefined {
  if (name !== 'negate' || of?.kind !== 'literal' || typeof of.value !== 'number' || of.value === 0) return undefined
  return { kind: 'literal', value: -of.value, at }
}

/** `count(distinct x)` as `uniq(x)`. */
function distinctCount(of: PlainCall): PlainCall | undefined {
  const name = of.name === 'count' ? 'uniq' : of.name === 'countIf' ? 'uniqIf' : undefined
  return name && of.distinct ? { ...of, name, distinct: false } : undefined
}

/** `multiIf(a, 1, b, 2, 3)` as `if(a, 1, if(b, 2, 3))`; another number of arguments stays as it is. */
function multiIf(of: PlainCall): PlainCall | undefined {
  if (of.name !== 'multiIf' || of.args.length < 3 || of.args.length % 2 === 0) return undefined
  const pairs = of.args.slice(0, -1)
  let rest = of.args.at(-1) as PlainAst
  for (let index = pairs.length - 2; index >= 0; index -= 2)
    rest = callOf<PlainAst>('if', of.at, pairs[index] as PlainAst, pairs[index + 1] as PlainAst, rest)
  return rest as PlainCall
}

/** Functions that may be written in any case: those that SQL has, too, and common aggregates. */
const CANONICAL_NAMES: ReadonlyMap<string, string> = new Map([
  ...(
    'if not and or coalesce ifNull nullIf lower upper trim ltrim rtrim btrim concat length replace substring left right position ' +
    'ascii extract repeat reverse lpad rpad initcap split_part abs sign floor ceil round trunc sqrt exp log ln log2 log10 pow power ' +
    'sin cos tan asin acos atan degrees radians factorial greatest least now date_trunc date_part date_diff date_add to_char ' +
    'to_timestamp make_date count sum avg min max median any countIf uniq array_agg string_agg json_agg row_number rank dense_rank ' +
    'first_value last_value nth_value lead lag'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name] as const),
  ['uniqexact', 'uniq'],
  ['countdistinct', 'uniq'],
])

/** `SUM(a) FILTER (WHERE b)` is called SUMIf. */
function canonicalName(name: string): string {
  const known = CANONICAL_NAMES.get(name.toLowerCase())
  if (known) return known
  const of = name.endsWith('If') ? CANONICAL_NAMES.get(name.slice(0, -2).toLowerCase()) : undefined
  return of ? `${of}If` : name
}

/** Every field that the expression names, those of sub-queries aside. */
export function fieldsOf(ast: Ast): (readonly string[])[] {
  // a part that a longer spelling holds twice is one object
  const parts = new Set<PlainAst>([desugar(ast)])
  for (const part of parts) if (part.kind !== 'subquery') for (const inner of partsOf(part)) parts.add(inner)
  return [...parts].flatMap((part) => (part.kind === 'field' ? [part.chain] : keyOf(part)))
}

/** `JSONExtractString(properties, 'a')` names the property, too. */
function keyOf(part: PlainAst): (readonly string[])[] {
  const [whole, key] = part.kind === 'call' && part.name.startsWith('JSON') ? part.args : []
  const isKey = whole?.kind === 'field' && key?.kind === 'literal' && typeof key.value === 'string'
  return isKey ? [[...whole.chain, String(key.value)]] : []
}
