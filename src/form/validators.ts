import type { Answer } from './form.ts'

/** The compiled checks of one form: the same module on the server and in the browser, made by `src/definitions/validators`. */
export type Validators = {
  /** By uid: the first failing JSON Schema keyword of a present value, or undefined. */
  readonly fields: { readonly [uid: string]: (value: Answer) => string | undefined }
}
