/** The token of a viewer -> its actor (docs/viewers.md "Tokens"). */
import type { ViewerActor } from '../../core/actor.ts'
import { Bounded } from '../../core/bounded.ts'
import { isSignedWith, type Jwt, readJwt } from '../../core/jwt.ts'
import type { RecordEntry, Recorded } from '../../records/record.ts'
import { viewerSecretsRecord } from '../../records/viewer-secrets.ts'
import type { Services } from '../../services.ts'
import { findSigningSecrets, type ViewerSecret } from '../../store/viewer-secrets.ts'
import type { OpenViewer } from '../ctx.ts'
import { checkTimes, readClaims, refused, viewerOf } from './claims.ts'

/** A token whose claims can be read; whether they are true is not known. */
export interface ReadToken {
  readonly jwt: Jwt
  readonly claims: ReturnType<typeof readClaims>
}

interface Known {
  readonly token: ReadToken
  readonly viewer: OpenViewer
}

/** Tokens that were valid when the isolate saw them last; in characters. */
const known = new Bounded<Known>(1024 * 1024)

/** Throws 401 that says what is wrong with the token. */
export function readToken(text: string): ReadToken {
  const before = known.get(text)
  if (before) return before.token
  const jwt = readJwt(text)
  if ('refused' in jwt) throw refused(jwt.refused)
  return { jwt, claims: readClaims(jwt.claims) }
}

/** The viewer that a token speaks of, if it is true. */
export const claimedViewer = (projectId: number, { claims }: ReadToken): ViewerActor => viewerOf(projectId, '', claims)

/**
 * The viewer of a token in a project, whose secrets are those of `recorded` or else of Postgres; `fill` is then the record
 * to write. Throws 401 that says why the token is not valid.
 */
export async function openToken(
  services: Services,
  projectId: number,
  text: string,
  token: ReadToken,
  recorded: Recorded<readonly ViewerSecret[]>,
): Promise<{ viewer: OpenViewer; fill: RecordEntry | undefined }> {
  checkTimes(token.claims, services.now())
  const isRecorded = recorded !== undefined && recorded !== 'gone'
  requireOwnSecret(token, projectId)
  const secrets = isRecorded ? recorded.value : await findSigningSecrets(services.db, projectId)
  const fill = isRecorded ? undefined : viewerSecretsRecord(projectId, secrets, 0)
  const before = known.get(text)?.viewer
  if (before && secrets.some(({ id, secret }) => id === before.secretId && secret === before.secret))
    return { viewer: before, fill }
  const { id, secret } = await signerOf(token, secrets)
  const viewer: OpenViewer = { ...viewerOf(projectId, id, token.claims), secret }
  known.set(text, { token, viewer }, 3 * text.length)
  return { viewer, fill }
}

/** An id of a secret says whose it is. */
function requireOwnSecret({ jwt }: ReadToken, projectId: number): void {
  const { kid } = jwt.header
  if (kid === undefined) return
  const [, owner] = (typeof kid === 'string' && /^vs_(\d+)_\w+$/.exec(kid)) || []
  if (owner === undefined) throw refused('Its "kid" is no id of a viewer secret.')
  if (owner !== String(projectId)) throw refused('It is signed for another project.')
}

async function signerOf({ jwt }: ReadToken, secrets: readonly ViewerSecret[]): Promise<ViewerSecret> {
  const { kid } = jwt.header
  const candidates = kid === undefined ? secrets : secrets.filter(({ id }) => id === kid)
  if (kid !== undefined && candidates.length === 0)
    throw refused('The secret that it names in "kid" was revoked, or never was.')
  for (const candidate of candidates) if (await isSignedWith(jwt, candidate.secret)) return candidate
  throw refused(
    kid === undefined
      ? 'Its signature is of no viewer secret of this project.'
      : 'Its signature is not that of the secret which it names in "kid".',
  )
}
