import { readCurrentUser } from '../../lib/resources/accounts/users.ts'
import { type Route, route } from '../route.ts'

export const userRoutes: Route[] = [
  route({
    method: 'get',
    path: '/api/users/@me',
    scope: 'any',
    summary: 'Read the user behind the key',
    answer: 'CurrentUser',
    handler: ({ ctx }) => readCurrentUser(ctx),
  }),
]
