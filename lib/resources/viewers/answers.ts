/** Answers about the secrets that the tokens of viewers are signed with. */
import * as z from 'zod/mini'
import { instant, User } from '../answer-parts.ts'

const viewerSecret = {
  id: z.string().check(z.meta({ description: 'The `kid` of the tokens that are signed with it.' })),
  label: z.string(),
  created_at: instant,
  created_by: z.nullable(User),
}
export const ViewerSecret = z.strictObject(viewerSecret)
export const ViewerSecretList = z.strictObject({ results: z.array(ViewerSecret) })
/** With the secret, which is shown this once. */
export const NewViewerSecret = z.strictObject({ ...viewerSecret, secret: z.string() })
