/** The settings of a sharing link, as clients write them (docs/embedding.md "Settings of a link"). */
import * as z from 'zod/mini'
import { canonicalJson, withoutUndefined } from '../../core/json.ts'
import { ForcedFiltersSchema } from '../../nodes/forced-filters.ts'
import type { LinkChanges, LinkSettings, LoggedChange, SharingRow } from '../../store/sharing.ts'
import { bool, instant, list, nullable, text } from '../fields.ts'

const MAX_ANCESTORS = 50
const ORIGIN = /^https?:\/\/(\*\.)?[a-z\d]([a-z\d.-]*[a-z\d])?(:\d{1,5})?$/

const origin = text(300).check(
  z.refine((value) => ORIGIN.test(value), {
    message: 'An origin is a scheme and a host, such as https://app.example.com or https://*.example.com:8443.',
    params: { code: 'invalid_input' },
  }),
)

export const sharingBody = z.object({
  enabled: z.optional(bool),
  show_query: z.optional(bool),
  expires_at: z.optional(nullable(instant)),
  allowed_ancestors: z.optional(nullable(list(origin, MAX_ANCESTORS))),
  filters: z.optional(nullable(ForcedFiltersSchema)),
})
export type SharingBody = z.infer<typeof sharingBody>

/** What the body changes of a link, as the log shows it; nothing if it is as it was. */
export function changesOf(known: SharingRow, body: SharingBody) {
  const { filters, ...others } = body
  const asked: LinkChanges = withoutUndefined({ ...others, filters: filters === null ? [] : filters })
  const fields = FIELDS.filter((field) => asked[field] !== undefined && !isSame(field, known[field], asked[field]))
  const changes: LinkChanges = Object.fromEntries(fields.map((field) => [field, asked[field]]))
  return { changes, logged: fields.map((field) => logOf(field, known[field], asked[field])) }
}

const FIELDS = ['enabled', 'show_query', 'expires_at', 'allowed_ancestors', 'filters'] as const
type Field = 'enabled' | keyof LinkSettings

/** The database writes an instant in another way. */
const isSame = (field: Field, one: unknown, other: unknown) =>
  field === 'expires_at' && one !== null && other !== null
    ? Date.parse(String(one)) === Date.parse(String(other))
    : canonicalJson(one) === canonicalJson(other)

/** Who may read the log need not know what is forced on whom. */
const logOf = (field: Field, before: unknown, after: unknown): LoggedChange =>
  field === 'enabled'
    ? { field: 'sharing', before, after }
    : { field: `sharing ${field}`, ...(field === 'filters' ? { before: null, after: null } : { before, after }) }
