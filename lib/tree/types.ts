export type Scalar = string | number | boolean | null
export type SqlType = 'text' | 'float' | 'int' | 'boolean' | 'instant'
/** A number inside, whose text is the one that clients know. */
export type IdType = `id ${'event' | 'person' | 'session' | 'group' | GroupOwner}`
/** `properties` is a JSON object, `texts` a list. */
export type ColumnType = SqlType | IdType | 'properties' | 'texts'
export const GROUP_OWNERS = ['group_0', 'group_1', 'group_2', 'group_3', 'group_4'] as const
export type GroupOwner = (typeof GROUP_OWNERS)[number]
/** Whose property it is: the event's, or of its person, its session, its group of a type. */
export type PropertyOwner = 'event' | 'person' | 'session' | GroupOwner
export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month'
/** ISO instants, half-open. */
export interface Bounds {
  readonly from: string
  readonly to: string
}
