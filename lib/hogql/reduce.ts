/** `arrayReduce('sum', list)`: aggregates over the elements of arrays (docs/hogql-values.md). */
import { column } from '../tree/build.ts'
import { partsOf } from './elements.ts'
import type { FunctionContext, Typed } from './rules.ts'
import type { Scope } from './scope.ts'
import type { PlainAst, PlainCall } from './syntax.ts'
import { decode } from './values.ts'

/** What the call may see of the binder that it is a part of. */
interface ReduceEnv {
  readonly scope: Scope
  readonly bind: (ast: PlainAst, scope: Scope) => Typed
  readonly context: FunctionContext
  readonly isAggregate: (name: string) => boolean
}

export function bindReduce(ast: PlainCall, { scope, bind, context, isAggregate }: ReduceEnv): Typed {
  const [of, ...arrays] = ast.args
  const [, name = '', params] = /^\s*(\w+)\s*(?:\(([^()]*)\))?\s*$/.exec(nameIn(of)) ?? []
  if (!isAggregate(name) || arrays.length === 0)
    throw context.error("arrayReduce takes the name of an aggregate and arrays: arrayReduce('sum', list).")
  const parts = arrays.map((array) => partsOf(bind(array, scope), context))
  const alias = `reduced_${scope.lambdas + 1} `
  const inner = scope.inner()
  const fields = parts.map(({ info }, i): PlainAst => {
    inner.addName(`${alias}${i}`, () => decode(column(alias, `value_${i + 1}`), info))
    return { kind: 'field', chain: [`${alias}${i}`], at: ast.at }
  })
  const call: PlainCall = { ...ast, name, params: paramsOf(params, ast.at, context), args: fields }
  const { expr, ...known } = bind(call, inner)
  const from = { kind: 'elements', alias, arrays: parts.map((part) => part.expr) } as const
  return {
    ...known,
    expr: { kind: 'scalarQuery', query: { kind: 'select', columns: [{ expr, as: 'value' }], from } },
  }
}

const nameIn = (ast: PlainAst | undefined): string =>
  ast?.kind === 'literal' && typeof ast.value === 'string' ? ast.value : ''

function paramsOf(text: string | undefined, at: number, { error }: FunctionContext): readonly PlainAst[] {
  if (text === undefined) return []
  return text.split(',').map((part) => {
    const number = Number(part)
    if (part.trim() === '' || !Number.isFinite(number))
      throw error('What an aggregate is called with first is a number.')
    return { kind: 'literal', value: number, at }
  })
}
