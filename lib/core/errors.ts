export type ErrorType =
  | 'validation_error'
  | 'invalid_request'
  | 'authentication_error'
  | 'throttled_error'
  | 'server_error'

interface ErrorOptions {
  status: number
  attr?: string | null
  headers?: Record<string, string>
  cause?: unknown
}

/**
 * The one error class. `type`, `code`, `detail` and `attr` are the envelope that clients read
 * (docs/insights.md 2); `status` and `headers` are the HTTP side. `cause` is logged, never sent.
 */
export class ApiError extends Error {
  readonly type: ErrorType
  readonly code: string
  readonly detail: string
  readonly status: number
  readonly attr: string | null
  readonly headers: Record<string, string>

  constructor(type: ErrorType, code: string, detail: string, options: ErrorOptions) {
    super(detail, { cause: options.cause })
    this.name = 'ApiError'
    this.type = type
    this.code = code
    this.detail = detail
    this.status = options.status
    this.attr = options.attr ?? null
    this.headers = options.headers ?? {}
  }

  /** The JSON body of the answer. */
  get envelope() {
    return { type: this.type, code: this.code, detail: this.detail, attr: this.attr }
  }
}

/** 400: a field's value is not acceptable. `attr` names the field, nested keys joined by `__`. */
export const invalid = (attr: string | null, detail: string, code = 'invalid_input') =>
  new ApiError('validation_error', code, detail, { status: 400, attr })

/** 400: the body is not JSON, or `query` fails the node schema. */
export const parseError = (detail: string) => new ApiError('invalid_request', 'parse_error', detail, { status: 400 })

/** 400: a node or an option that PostHog has and Edgehog does not compute yet; `detail` names its path. `instead`: a sentence. */
export const notSupported = (path: string, what: string, instead = '') =>
  new ApiError(
    'validation_error',
    'not_supported',
    `${path.replaceAll('__', '.')}: ${what} is not supported yet.${instead && ` ${instead}`}`,
    { status: 400 },
  )

/** 400: the answer would be larger than one answer may be. */
export const resultTooLarge = (detail: string, cause?: unknown) =>
  new ApiError('validation_error', 'result_too_large', detail, { status: 400, cause })

/** 400: the database says what is wrong with the constants of a query; `what` goes on where the detail begins. */
export const invalidQuery = (what: string, cause?: unknown, code = 'invalid_input') =>
  new ApiError('validation_error', code, `This cannot be computed: ${what}`, { status: 400, cause })

const BEARER = { 'WWW-Authenticate': 'Bearer' }

/** 400: the cache takes no value of this size. */
export const valueTooLarge = (cause?: unknown) =>
  new ApiError('validation_error', 'value_too_large', 'The result is larger than the cache takes.', {
    status: 400,
    cause,
  })

/** 401: no credentials at all. `hint`: a sentence on where a key was found in their place. */
export const notAuthenticated = (hint = '') =>
  new ApiError(
    'authentication_error',
    'not_authenticated',
    `Authentication credentials were not provided.${hint && ` ${hint}`}`,
    { status: 401, headers: BEARER },
  )

/** 401: credentials that are wrong. */
export const authenticationFailed = (detail: string) =>
  new ApiError('authentication_error', 'authentication_failed', detail, { status: 401, headers: BEARER })

/** 403: a sharing token that does not open what is asked for. */
export const sharingRefused = (detail: string) =>
  new ApiError('authentication_error', 'authentication_failed', detail, { status: 403 })

/** 403: the caller is known and may not do this. */
export const permissionDenied = (detail: string) =>
  new ApiError('authentication_error', 'permission_denied', detail, { status: 403 })

/** 404. */
export const notFound = (detail = 'Not found.') => new ApiError('invalid_request', 'not_found', detail, { status: 404 })

/** 405. */
export const methodNotAllowed = (method: string, allow: readonly string[]) =>
  new ApiError(
    'invalid_request',
    'method_not_allowed',
    `Method "${method}" not allowed.${allow.length === 1 ? ` Call it with ${allow[0]}.` : ''}`,
    { status: 405, headers: { Allow: allow.join(', ') } },
  )

/** 413: more bytes than a body may have. */
export const tooLarge = (detail: string) =>
  new ApiError('invalid_request', 'request_too_large', detail, { status: 413 })

/** 415. */
export const unsupportedMediaType = (contentType: string) =>
  new ApiError('invalid_request', 'unsupported_media_type', `Unsupported media type "${contentType}" in request.`, {
    status: 415,
  })

/** 429: more computations than the caller may have now. */
export const throttled = (retryAfterSeconds: number) =>
  new ApiError(
    'throttled_error',
    'throttled',
    `Request was throttled. Expected available in ${retryAfterSeconds} second${retryAfterSeconds === 1 ? '' : 's'}.`,
    { status: 429, headers: { 'Retry-After': String(retryAfterSeconds) } },
  )

/** 503: a service that is needed does not answer; the same request may succeed later. */
export const unavailable = (detail: string, retryAfterSeconds = 5, cause?: unknown) =>
  new ApiError('server_error', 'service_unavailable', detail, {
    status: 503,
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  })

/** 503: the deployment lacks settings; clients come again, as with all that is missing here only. */
export const notConfigured = (problems: readonly string[]) =>
  unavailable(`This deployment has no complete settings: ${problems.join('; ')}. \`npm run setup\` sets them.`, 60)

/** 503: the tables are not those of this release. */
export const notMigrated = (cause?: unknown) =>
  unavailable('The tables are missing or older than this version: npm run migrate.', 60, cause)

/** 504: the statement ran into its timeout, or was stopped by somebody. */
export const queryTimeout = (cause?: unknown) =>
  new ApiError('server_error', 'query_timeout', 'The query took too long and was stopped.', {
    status: 504,
    headers: { 'Retry-After': '5' },
    cause,
  })

/** 400: somebody cancelled the query under the id that the client gave it. */
export const queryCancelled = (cause?: unknown) =>
  new ApiError('validation_error', 'query_cancelled', 'The query was cancelled.', { status: 400, cause })

/** 500: anything nobody foresaw. `cause` is logged. */
export const unexpected = (cause: unknown) =>
  new ApiError('server_error', 'error', 'A server error occurred.', { status: 500, cause })

/** Whether the same again would fail again: a 4xx of ours, which says what is wrong. All else may pass. */
export const cannotPass = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429
