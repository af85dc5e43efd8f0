import { type SharingBody, sharingBody } from '../../lib/resources/sharing/settings.ts'
import { type Params, type Route, type RouteInput, route } from '../route.ts'

interface SharingHandlers {
  /** The keys of the records that `read` needs. */
  readonly records?: (params: Params) => readonly string[]
  readonly read: (input: RouteInput) => unknown
  readonly change: (input: RouteInput<unknown, SharingBody>) => unknown
  readonly refresh: (input: RouteInput) => unknown
}

/** The routes of the link of `what`, `an insight`, which has the path `item`. */
export const sharingRoutesOf = (
  item: `/api/projects/:project_id/${string}`,
  what: string,
  { records, read, change, refresh }: SharingHandlers,
): Route[] => [
  route({
    method: 'get',
    path: `${item}/sharing`,
    scope: 'sharing_configuration:read',
    ...(records && { records }),
    summary: `Read the sharing link of ${what}`,
    answer: 'Sharing',
    handler: read,
  }),
  route({
    method: 'patch',
    path: `${item}/sharing`,
    scope: 'sharing_configuration:write',
    body: sharingBody,
    summary: `Turn the sharing link of ${what} on or off, and set it`,
    answer: 'Sharing',
    handler: change,
  }),
  route({
    method: 'post',
    path: `${item}/sharing/refresh`,
    scope: 'sharing_configuration:write',
    summary: `Replace the token of the sharing link of ${what}`,
    answer: 'Sharing',
    handler: refresh,
  }),
]
