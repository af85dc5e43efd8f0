/** Importing this module gives the issues of all schemas their English texts, which clients see; zod/mini has none of its own. */
import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'

z.config(en())
