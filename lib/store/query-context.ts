import { type PropertyRef, type PropertyType, propertyTypeKey, type QueryContext, type Slot } from '../plan/context.ts'
import type { Engine } from '../run/engine.ts'

const TEXT = `
  select
    (select coalesce(jsonb_agg(jsonb_build_array(case type when 2 then 'person' else 'event' end, name, property_type)), '[]')
       from property_definitions
      where project = $1 and property_type is not null
        and ((type = 1 and name in (select jsonb_array_elements_text($2::jsonb)))
          or (type = 2 and name in (select jsonb_array_elements_text($3::jsonb))))) as types,
    (select coalesce(jsonb_agg(jsonb_build_array(property_key, slot, uncoded)), '[]') from property_slots where project = $1) as slots,
    exists (select from person_backlog where project = $1) as backlog`

interface ContextRow {
  types: [of: 'event' | 'person', key: string, type: PropertyType][]
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
  const keys = (of: PropertyRef['of']) => JSON.stringify(refs.filter((ref) => ref.of === of).map((ref) => ref.key))
  const [rows] = await engine.run([{ text: TEXT, params: [projectId, keys('event'), keys('person')] }], {
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
