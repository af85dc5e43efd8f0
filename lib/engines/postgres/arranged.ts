import type { Expr } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { mapChildren, mapSelect } from '../../tree/walk.ts'
import { computedFirst } from './computed-first.ts'
import { inRowOrder } from './row-order.ts'

/** The same query, each select in it such that the database computes it as it is meant. */
export const arranged = (select: Select): Select => computedFirst(inRowOrder(mapSelect(select, inside, arranged)))

const inside = (e: Expr): Expr => mapChildren(e, inside, arranged)
