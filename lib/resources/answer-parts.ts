/** Parts that the schemas of answers share. Like those, they are for the OpenAPI document and the tests, not the worker. */
import * as z from 'zod/mini'

/** ISO 8601 with its offset. */
export const instant = z.iso.datetime({ offset: true })
export const uuid = z.guid()
/** A JSON object with any keys. */
export const object = z.record(z.string(), z.unknown())
/** A number of a result; one that JSON cannot hold, as of a division by zero, is null. */
export const number = z.nullable(z.number())

const link = z.nullable(z.url())
const links = { next: link, previous: link }

/** A page of a list whose length is known. */
export const page = <Item extends z.ZodMiniType>(item: Item) =>
  z.strictObject({ count: z.int(), ...links, results: z.array(item) })

/** A page of a list whose length is not counted. */
export const uncountedPage = <Item extends z.ZodMiniType>(item: Item) =>
  z.strictObject({ ...links, results: z.array(item) })

export const User = z
  .strictObject({
    id: z.int(),
    uuid,
    distinct_id: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    is_email_verified: z.nullable(z.boolean()),
    hedgehog_config: z.null(),
    role_at_organization: z.nullable(z.string()),
  })
  .check(z.meta({ description: 'A user, as `created_by` shows one.' }))
