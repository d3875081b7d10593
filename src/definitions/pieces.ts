import { commonPieces } from './shapes.ts'
import { workflowPieces } from './workflow/shapes.ts'

/** Every piece that files share, by the name that `#/$defs/<name>` gives it. */
export const pieces = { ...commonPieces, ...workflowPieces }
