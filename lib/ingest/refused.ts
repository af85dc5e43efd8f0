import { ApiError } from '../core/errors.ts'

const CODES = {
  400: 'invalid_request',
  401: 'invalid_token',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
} as const

/** A capture request that is refused as a whole. Capture v0 answers `detail` as plain text, v1 with the code as JSON. */
export const refused = (status: keyof typeof CODES, detail: string): ApiError =>
  new ApiError('invalid_request', CODES[status], detail, { status })
