/** Before each file: what the modules of the files before it keep, as an isolate does, is not there. */
import { vi } from 'vitest'

vi.resetModules()
