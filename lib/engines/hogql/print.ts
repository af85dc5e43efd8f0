/** Logical query -> HogQL text that can be pasted into a query, and that our parser reads as the same query. */

import { printQuery } from '../../hogql/print-syntax.ts'
import type { PropertyTypes } from '../../plan/filter.ts'
import type { Select } from '../../tree/relation.ts'
import { lowerHogql } from './lower.ts'

export const printHogql = (query: Select, types: PropertyTypes): string => printQuery(lowerHogql(query, types))
