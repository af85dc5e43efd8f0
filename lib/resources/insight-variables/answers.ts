/** Answers about variables. */
import * as z from 'zod/mini'
import { VARIABLE_TYPES } from '../../nodes/variable.ts'
import { instant, page, uuid } from '../answer-parts.ts'

export const InsightVariable = z.strictObject({
  id: uuid,
  name: z.string(),
  code_name: z.string().check(z.meta({ description: 'What SQL texts call it: {variables.code_name}.' })),
  type: z.enum(VARIABLE_TYPES),
  default_value: z.unknown(),
  values: z.nullable(z.array(z.unknown())).check(z.meta({ description: 'Of a list: the values that it allows.' })),
  created_by: z.nullable(z.int()),
  created_at: instant,
})
export const InsightVariableList = page(InsightVariable)
