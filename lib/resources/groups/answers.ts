/** Answers about groups and their types. */
import * as z from 'zod/mini'
import { instant, object, uncountedPage } from '../answer-parts.ts'

export const GroupType = z.strictObject({
  group_type: z.string(),
  group_type_index: z.int(),
  name_singular: z.null(),
  name_plural: z.null(),
  detail_dashboard: z.null(),
  default_columns: z.null(),
  created_at: instant,
})
export const GroupTypeList = z.array(GroupType)

export const Group = z.strictObject({
  group_type_index: z.int(),
  group_key: z.string(),
  group_properties: object,
  created_at: instant,
})
export const GroupList = uncountedPage(Group)
