import { readRefresh } from '../../../lib/cache/policy.ts'
import { notFound } from '../../../lib/core/errors.ts'
import { presentShared, readShare } from '../../../lib/resources/sharing/shared.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const show =
  (type: 'scene' | 'embed') =>
  async ({ c, services, params }: RouteInput<unknown, unknown>) => {
    const [, token = '', format] = /^([\w-]+)(?:\.(json|svg))?$/.exec(params.token ?? '') ?? []
    const share = await readShare(services, token)
    if (!share || share.insight.deleted) throw notFound()
    const insight = await presentShared(services, share, readRefresh(c.req.query('refresh')))
    if (format === 'json') return c.json({ type, accessToken: token, insight })
    return c.text('')
  }

export const sharedRoutes: Route[] = [
  route({ method: 'get', path: '/shared/:token', scope: 'public', computes: true, handler: show('scene') }),
  route({ method: 'get', path: '/embedded/:token', scope: 'public', computes: true, handler: show('embed') }),
]
