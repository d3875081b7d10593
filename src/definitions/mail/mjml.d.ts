/** What we use of the package, which brings no types. */
declare module 'mjml' {
  type Finding = { readonly line: number; readonly message: string }
  export default function mjml2html(
    source: string,
    options: {
      readonly validationLevel: 'soft'
      readonly ignoreIncludes: true
      readonly keepComments: boolean
      readonly fonts: Readonly<Record<string, string>>
    },
  ): Promise<{ readonly html: string; readonly errors: readonly Finding[] }>
}
