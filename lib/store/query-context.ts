import { type PropertyRef, type PropertyType, propertyTypeKey, type QueryContext, type Slot } from '../plan/context.ts'
import type { Engine } from '../run/engine.ts'
import type { PropertyOwner } from '../tree/query.ts'

const TEXT = `
  select
    (select coalesce(jsonb_agg(jsonb_build_array(r ->> 0, r ->> 1, d.property_type)), '[]')
       from jsonb_array_elements($2::jsonb) r
       join property_definitions d on d.project = $1 and d.name = r ->> 1 and d.property_type is not null
        and d.type = (r ->> 2)::int2 and d.group_type_index = (r ->> 3)::int2) as types,
    (select coalesce(jsonb_agg(jsonb_build_array(property_key, slot, uncoded)), '[]') from property_slots where project = $1) as slots,
    exists (select from person_backlog where project = $1) as backlog`

/** `type` and `group_type_index` of an owner's definitions. */
const DEFINITION: Readonly<Record<PropertyOwner, readonly [type: number, groupTypeIndex: number]>> = {
  event: [1, -1],
  person: [2, -1],
  group_0: [3, 0],
  group_1: [3, 1],
  group_2: [3, 2],
  group_3: [3, 3],
  group_4: [3, 4],
}

interface ContextRow {
  types: [of: PropertyOwner, key: string, type: PropertyType][]
  slots: [key: string, slot: number, uncoded: boolean][]
  backlog: boolean
}

/** Loads the types, slots and backlog that a plan needs, in one call. */
export async function loadQueryContext(
  engine: Engine,
  projectId: number,
  refs: readonly PropertyRef[],
  timeoutMs: number,
): Promise<QueryContext> {
  const wanted = JSON.stringify(refs.map(({ of, key }) => [of, key, ...DEFINITION[of]]))
  const [rows] = await engine.run([{ text: TEXT, params: [projectId, wanted] }], {
    timeoutMs,
    readOnly: true,
  })
  const row = rows?.[0] as unknown as ContextRow
  return {
    propertyTypes: new Map(row.types.map(([of, key, type]) => [propertyTypeKey({ of, key }), type])),
    slots: new Map(row.slots.map(([key, index, uncoded]): [string, Slot] => [key, { index, uncoded }])),
    hasPersonBacklog: row.backlog,
  }
}
