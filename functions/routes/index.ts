/** Every route there is. */
import type { Route } from '../route.ts'
import { captureRoutes } from './capture/events.ts'
import { captureV1Routes } from './capture/events-v1.ts'
import { flagRoutes } from './client-config/flags.ts'
import { remoteConfigRoutes } from './client-config/remote-config.ts'

export const routes: readonly Route[] = [...captureRoutes, ...captureV1Routes, ...flagRoutes, ...remoteConfigRoutes]
