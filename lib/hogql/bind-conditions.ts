/** Conditions of rows and of groups. */
import type { Expr } from '../tree/expr.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import type { PlainAst } from './syntax.ts'

/** What is true for the rows that pass; null does not pass. */
export const conditionOf = (ast: PlainAst, env: Env): Expr =>
  asCondition(coerce(bind(ast, env), 'boolean', functionContext(env.scope, ast.at)).expr)
